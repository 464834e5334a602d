"""All figures of a model on one set of windows, beside scores that know nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.errors import EvaluationError
from models.metrics.baselines import clock_centre, clock_scores, constant_scores, random_scores
from models.metrics.bootstrap import Interval, interval
from models.metrics.operating import AtThreshold, at_threshold, threshold_at_alarms
from models.metrics.ranking import auprc, auroc, events_of, precision_at, vus_pr
from models.windows import UNKNOWN, Bools, Doubles, Ints, Windows


@dataclass(frozen=True)
class Judged:
    """Scores of windows and the threshold that goes with them.

    Attributes:
        name: of what gave the scores.
        scores: float64 [count], larger is more anomalous.
        threshold: score from which a window is called anomalous.
    """

    name: str
    scores: Doubles
    threshold: float


@dataclass(frozen=True)
class Asked:
    """How is measured.

    Attributes:
        interval_seconds: between two samples.
        reach: windows that the softest edge of VUS-PR reaches to either side.
        k: of precision at k; None: the number of anomalous windows.
        alarms: false alarms an hour at which events found are counted.
        draws: of the bootstrap; 0: no intervals.
        seed: of the draws and of the random baseline.
    """

    interval_seconds: float = 1.0
    reach: int = 0
    k: int | None = None
    alarms: tuple[float, ...] = (1.0, 6.0)
    draws: int = 300
    seed: int = 0


@dataclass(frozen=True)
class AtAlarms:
    """What is found at a rate of false alarms; the threshold of it is read off the labels.

    Attributes:
        per_hour: false alarms that are borne.
        event_recall: share of the events that are found.
        delay_seconds: mean time until they are, see `AtThreshold`.
    """

    per_hour: float
    event_recall: float
    delay_seconds: float


@dataclass(frozen=True)
class Row:
    """Figures of one set of scores; NaN where the windows are all of one kind.

    Attributes:
        name: of what gave the scores.
        auroc: area under the ROC curve.
        auprc: average precision; that of a random score is the prevalence.
        vus_pr: volume under the precision-recall surface.
        precision_at_k: share of anomalous windows among the k with the largest scores.
        at: what the threshold makes of the windows.
        at_alarms: what is found at given rates of false alarms.
        intervals: by the figure's name; none where windows are of one series.
    """

    name: str
    auroc: float
    auprc: float
    vus_pr: float
    precision_at_k: float
    at: AtThreshold
    at_alarms: tuple[AtAlarms, ...]
    intervals: Mapping[str, Interval]


@dataclass(frozen=True)
class Table:
    """Figures of all scores of the same windows.

    Attributes:
        part: name of the windows.
        windows: number of those with a label.
        series: that they were cut from.
        events: runs of anomalous windows.
        prevalence: share of anomalous windows.
        k: of precision at k.
        rows: the models in the order given, then the baselines.
        note: what to bear in mind, in a sentence; empty where there is nothing.
    """

    part: str
    windows: int
    series: int
    events: int
    prevalence: float
    k: int
    rows: tuple[Row, ...]
    note: str = ""

    @property
    def ranked(self) -> bool:
        """Whether there are windows of both kinds."""
        return 0 < self.prevalence < 1


def tabulate(
    part: str, windows: Windows, judged: Sequence[Judged], asked: Asked, note: str = ""
) -> Table:
    """Measures scores of windows, and beside them a random, a constant and a clock's score.

    The random and the clock's threshold calls as many windows as the first of the scores does; the
    constant score calls all. The clock knows around which row anomalies lie, from the labels.

    Args:
        part: name of the windows.
        windows: those without a label are left out.
        judged: scores of all windows, at least one set of them.
        asked: how is measured.
        note: for the table.

    Raises:
        EvaluationError: when no window has a label, or a score is NaN.
    """
    labelled = np.flatnonzero(windows.labels != UNKNOWN)
    if not len(labelled):
        raise EvaluationError(f"{part}: no window has a label; name the column that has them")
    # Series one after another, each by time: what events and delays are counted on.
    rows = labelled[np.lexsort((windows.last[labelled], windows.groups[labelled]))]
    own = windows.take(rows)
    kept = [Judged(each.name, each.scores[rows].astype(float), each.threshold) for each in judged]
    for each in kept:
        if np.isnan(each.scores).any():
            raise EvaluationError(
                f"{part}: {int(np.isnan(each.scores).sum())} windows have no score of {each.name}; "
                "fill or drop samples that are not finite"
            )
    anomalous = own.anomalous
    k = min(asked.k or max(int(anomalous.sum()), 1), len(own))
    return Table(
        part,
        len(own),
        len(np.unique(own.groups)),
        len(events_of(anomalous, own.groups)),
        own.prevalence,
        k,
        tuple(
            [_row(each, own, k, asked, asked.draws) for each in kept]
            + [_row(each, own, k, asked, 0) for each in _baselines(own, kept[0], asked.seed)]
        ),
        note,
    )


def _baselines(windows: Windows, first: Judged, seed: int) -> list[Judged]:
    """Scores that look at no sensor, each with its threshold."""
    count, anomalous = len(windows), windows.anomalous
    called = int((first.scores >= first.threshold).sum())

    def alike(name: str, scores: Doubles) -> Judged:
        level = float(np.sort(scores)[-called]) if called else float("inf")
        return Judged(name, scores, level)

    found = [
        alike("random", random_scores(count, seed)),
        Judged("constant", constant_scores(count), 0.0),
    ]
    if anomalous.any():
        centre = clock_centre(windows.last, anomalous)
        found.append(alike("clock", clock_scores(windows.last, centre)))
    return found


def _row(judged: Judged, windows: Windows, k: int, asked: Asked, draws: int) -> Row:
    scores, anomalous, groups = judged.scores, windows.anomalous, windows.groups
    seconds = windows.last * asked.interval_seconds
    at = at_threshold(scores, anomalous, groups, seconds, judged.threshold)
    if not 0 < windows.prevalence < 1:
        nan = float("nan")
        return Row(judged.name, nan, nan, nan, nan, at, (), {})
    return Row(
        judged.name,
        auroc(scores, anomalous),
        auprc(scores, anomalous),
        vus_pr(scores, anomalous, groups, asked.reach),
        precision_at(scores, anomalous, k),
        at,
        tuple(_at_alarms(scores, anomalous, groups, seconds, rate) for rate in asked.alarms),
        _intervals(judged, windows, seconds, draws, asked.seed),
    )


def _at_alarms(
    scores: Doubles, anomalous: Bools, groups: Ints, seconds: Doubles, rate: float
) -> AtAlarms:
    level = threshold_at_alarms(scores, anomalous, groups, seconds, rate)
    found = at_threshold(scores, anomalous, groups, seconds, level)
    return AtAlarms(rate, found.event_recall, found.delay_seconds)


def _intervals(
    judged: Judged, windows: Windows, seconds: Doubles, draws: int, seed: int
) -> dict[str, Interval]:
    """Intervals over series; none where there is one only."""
    scores, anomalous, groups = judged.scores, windows.anomalous, windows.groups
    if not draws or len(np.unique(groups)) < 2:
        return {}

    def at(rows: Ints) -> AtThreshold:
        # A series that is drawn twice is two series, so that no event reaches from one into the
        # other.
        breaks = (np.diff(rows) != 1) | (np.diff(groups[rows]) != 0)
        parts = np.concatenate([[0], np.cumsum(breaks)])
        return at_threshold(scores[rows], anomalous[rows], parts, seconds[rows], judged.threshold)

    figures: dict[str, Callable[[Ints], float]] = {
        "auroc": lambda rows: auroc(scores[rows], anomalous[rows]),
        "auprc": lambda rows: auprc(scores[rows], anomalous[rows]),
        "f1": lambda rows: at(rows).f1,
        "false_positive_rate": lambda rows: _known(at(rows).false_positive_rate),
        "event_recall": lambda rows: _known(at(rows).event_recall),
    }
    return {name: interval(each, groups, seed, draws) for name, each in figures.items()}


def _known(value: float) -> float:
    """A figure of a draw, where it has one."""
    if np.isnan(value):
        raise EvaluationError("the draw has no window of the kind")
    return value
