"""Metrics of a ranking: no threshold is chosen.

AUROC and average precision are scikit-learn's, to rounding (tests/models/metrics/test_ranking.py):
its checks of the arguments take most of a call, and a bootstrap makes thousands.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from models.errors import EvaluationError
from models.windows import Bools, Doubles, Ints


def auroc(scores: Doubles, anomalous: Bools) -> float:
    """Area under the ROC curve: how often an anomalous window scores above a normal one.

    Args:
        scores: float [count], larger is more anomalous.
        anomalous: bool [count], both kinds among them.

    Raises:
        EvaluationError: when all are of one kind, or a score is NaN.
    """
    _check(scores, anomalous)
    hits, misses = _by_level(scores, anomalous)
    below = np.cumsum(misses) - misses
    return float((hits * (below + misses / 2.0)).sum() / (hits.sum() * misses.sum()))


def auprc(scores: Doubles, anomalous: Bools) -> float:
    """Average precision; a random score has the prevalence. See `auroc`."""
    _check(scores, anomalous)
    hits, misses = (each[::-1] for each in _by_level(scores, anomalous))
    precision = np.cumsum(hits) / np.cumsum(hits + misses)
    return float((hits * precision).sum() / hits.sum())


def _by_level(scores: Doubles, anomalous: Bools) -> tuple[Doubles, Doubles]:
    """How many anomalous and how many normal windows have each score, the smallest first."""
    _, level = np.unique(scores, return_inverse=True)
    hits, misses = (np.bincount(level, each.astype(np.float64)) for each in (anomalous, ~anomalous))
    return hits.astype(np.float64), misses.astype(np.float64)


def precision_at(scores: Doubles, anomalous: Bools, k: int) -> float:
    """Share of anomalous windows among the `k` with the largest scores.

    Windows that tie with the last of them count by their share of the places left.

    Raises:
        EvaluationError: as `auroc`, or when there are fewer than `k` windows.
    """
    _check(scores, anomalous)
    if not 1 <= k <= len(scores):
        raise EvaluationError(f"precision at {k} of {len(scores)} windows")
    last = np.sort(scores)[-k]
    above, tied = scores > last, scores == last
    places = k - above.sum()
    return float((anomalous[above].sum() + places * anomalous[tied].mean()) / k)


def vus_pr(scores: Doubles, anomalous: Bools, groups: Ints, reach: int, steps: int = 5) -> float:
    """Volume under the precision-recall surface: the curve for labels with softer and softer edges.

    A window near an anomaly counts as part of it, the less the further away; the mean is taken over
    how near that may be. What detects an event a little early or late is not punished for it.

    Args:
        scores: float [count], larger is more anomalous.
        anomalous: bool [count].
        groups: int [count], of windows in order of time: edges do not reach into another group.
        reach: windows that the softest edge reaches to either side, 0 or more.
        steps: between no edge and the softest.

    Raises:
        EvaluationError: as `auroc`.

    Source: Paparrizos et al., Volume Under the Surface, PVLDB 15, 2022.
    """
    _check(scores, anomalous)
    reaches = np.unique(np.rint(np.linspace(0, reach, steps + 1)).astype(int))
    return float(np.mean([_range_pr(scores, anomalous, groups, int(each)) for each in reaches]))


def _range_pr(scores: Doubles, anomalous: Bools, groups: Ints, reach: int) -> float:
    """Area under the precision-recall curve with labels that fade over `reach` windows."""
    soft = anomalous.astype(np.float64)
    events = events_of(anomalous, groups)
    for start, stop in events:
        for distance in range(1, reach + 1):
            weight = np.sqrt(1.0 - distance / (reach + 1))
            for at in (start - distance, stop - 1 + distance):
                if 0 <= at < len(soft) and groups[at] == groups[start]:
                    soft[at] = max(soft[at], weight)
    order = np.argsort(-scores, kind="stable")
    thresholds = np.flatnonzero(np.diff(scores[order], append=-np.inf) != 0)
    hits = np.cumsum(soft[order])[thresholds]
    called = np.arange(1, len(scores) + 1)[thresholds]
    # Positives are the mean of hard and soft labels, so that edges alone do not make recall.
    positives = (anomalous.sum() + soft.sum()) / 2.0
    caught = _caught(scores, order, thresholds, events)
    recall = np.minimum(hits / positives, 1.0) * caught
    precision = hits / called
    steps = np.diff(recall, prepend=0.0)
    return float((np.maximum(steps, 0.0) * precision).sum())


def _caught(
    scores: Doubles, order: Ints, thresholds: Ints, events: list[tuple[int, int]]
) -> Doubles:
    """Share of the events with a window at or above each threshold, float64 [thresholds]."""
    peaks = np.sort([scores[start:stop].max() for start, stop in events])
    levels = scores[order][thresholds]
    found: Doubles = (len(peaks) - np.searchsorted(peaks, levels, side="left")) / len(peaks)
    return found


def events_of(anomalous: Bools, groups: Ints) -> list[tuple[int, int]]:
    """Runs of anomalous windows within a group, as (first, one past the last)."""
    padded = np.concatenate([[False], anomalous, [False]])
    changes = np.flatnonzero(padded[1:] != padded[:-1])
    runs = list(zip(changes[::2].tolist(), changes[1::2].tolist(), strict=True))
    found: list[tuple[int, int]] = []
    for start, stop in runs:
        cuts = [start, *(np.flatnonzero(np.diff(groups[start:stop])) + start + 1).tolist(), stop]
        found += list(pairwise(cuts))
    return found


def _check(scores: Doubles, anomalous: Bools) -> None:
    if len(scores) != len(anomalous):
        raise EvaluationError(f"{len(scores)} scores for {len(anomalous)} labels")
    if np.isnan(scores).any():
        row = int(np.flatnonzero(np.isnan(scores))[0])
        raise EvaluationError(f"the score of window {row} is NaN")
    if anomalous.all() or not anomalous.any():
        kind = "anomalous" if len(anomalous) and anomalous.all() else "normal"
        raise EvaluationError(
            f"all {len(anomalous)} windows are {kind}; a ranking needs both kinds"
        )
