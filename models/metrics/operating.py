"""Metrics at a threshold, and what an operator feels: events found, false alarms, delay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.metrics.ranking import events_of
from models.windows import Bools, Doubles, Ints


@dataclass(frozen=True)
class AtThreshold:
    """What calling windows anomalous from a score on makes of them.

    Attributes:
        threshold: the score.
        f1: harmonic mean of precision and recall, of windows.
        precision: share of called windows that are anomalous; 0 where none is called.
        recall: share of anomalous windows that are called; NaN where there is none.
        false_positive_rate: share of normal windows that are called; NaN where there is none.
        event_recall: share of events with a called window; NaN without events.
        false_alarms_per_hour: runs of called windows that touch no event, an hour.
        delay_seconds: mean time from an event's first window to the first called one in it, over
            the events that were found; NaN without.
    """

    threshold: float
    f1: float
    precision: float
    recall: float
    false_positive_rate: float
    event_recall: float
    false_alarms_per_hour: float
    delay_seconds: float


def at_threshold(
    scores: Doubles, anomalous: Bools, groups: Ints, seconds: Doubles, threshold: float
) -> AtThreshold:
    """Metrics at a threshold.

    Args:
        scores: float [count], larger is more anomalous.
        anomalous: bool [count].
        groups: int [count], windows of a group in order of time.
        seconds: float64 [count], time of a window's last sample within its group.
        threshold: score from which a window is called.
    """
    called = scores >= threshold
    hits = int((called & anomalous).sum())
    events = events_of(anomalous, groups)
    found = [(start, stop) for start, stop in events if called[start:stop].any()]
    delays = [
        float(seconds[start + int(called[start:stop].argmax())] - seconds[start])
        for start, stop in found
    ]
    return AtThreshold(
        threshold,
        f1=2.0 * hits / max(int(called.sum() + anomalous.sum()), 1),
        precision=hits / max(int(called.sum()), 1),
        recall=_share(called, anomalous),
        false_positive_rate=_share(called, ~anomalous),
        event_recall=len(found) / len(events) if events else float("nan"),
        false_alarms_per_hour=_false_alarms(called, anomalous, groups)
        / max(_hours(groups, seconds), 1e-12),
        delay_seconds=float(np.mean(delays)) if delays else float("nan"),
    )


def threshold_at_alarms(
    scores: Doubles, anomalous: Bools, groups: Ints, seconds: Doubles, per_hour: float
) -> float:
    """The lowest threshold with at most so many false alarms an hour; needs labels.

    Args:
        scores: float [count].
        anomalous: bool [count].
        groups: int [count].
        seconds: float64 [count].
        per_hour: false alarms that are borne.
    """
    allowed = per_hour * _hours(groups, seconds)
    best = float("inf")
    for level in np.unique(scores)[::-1]:
        # Runs merge as the threshold falls and alarms may become fewer: the first excess ends.
        if _false_alarms(scores >= level, anomalous, groups) > allowed:
            break
        best = float(level)
    return best


def _share(called: Bools, among: Bools) -> float:
    return float(called[among].mean()) if among.any() else float("nan")


def _false_alarms(called: Bools, anomalous: Bools, groups: Ints) -> int:
    """Runs of called windows of a group none of which is anomalous."""
    return sum(not anomalous[start:stop].any() for start, stop in events_of(called, groups))


def _hours(groups: Ints, seconds: Doubles) -> float:
    """Time that the groups cover together, in hours."""
    return float(sum(np.ptp(seconds[groups == each]) for each in np.unique(groups))) / 3600.0
