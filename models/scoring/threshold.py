"""The score from which a window is an anomaly, chosen without a label of the target."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.errors import TrainingError
from models.windows import Doubles, Floats


@dataclass(frozen=True)
class ChosenThreshold:
    """A threshold and how it came to be.

    Attributes:
        value: 0 to 1.
        chosen_by: in words, for the card.
    """

    value: float
    chosen_by: str


def at_percentile(normal_scores: Floats, percentile: float, of: str) -> ChosenThreshold:
    """The score that a further normal window stays below with so many per cent of probability.

    Of few windows that is a higher one than their own percentile: of n it is the one at place
    (n + 1) * percentile / 100, rounded up. It carries over to windows whose scores are distributed
    alike: those of the source do not speak for a target that was not aligned, and windows that
    overlap say less than as many that do not.

    Args:
        normal_scores: float32 [count].
        percentile: 0 to 100.
        of: whose windows they are, in words.

    Raises:
        TrainingError: without scores, or when the percentile is none.

    Source: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005 (split
    conformal prediction).
    """
    if not len(normal_scores) or not 0 <= percentile <= 100:
        raise TrainingError(
            f"threshold: percentile {percentile:g} of {len(normal_scores)} scores of {of}"
        )
    count = len(normal_scores)
    place = math.ceil(round((count + 1) * percentile / 100.0, 9))
    ordered = np.sort(normal_scores.astype(np.float64))
    return ChosenThreshold(
        float(ordered[min(max(place, 1), count) - 1]),
        f"percentile {percentile:g} of the scores of {len(normal_scores)} {of}",
    )


def at_false_alarms(
    normal_scores: Floats, windows_per_hour: float, alarms_per_hour: float, of: str
) -> ChosenThreshold:
    """The score that normal windows reach so many times an hour, each counted by itself.

    Args:
        normal_scores: float32 [count].
        windows_per_hour: that the stream scores.
        alarms_per_hour: that are borne; neighbours that alarm together make it fewer.
        of: whose windows they are, in words.

    Raises:
        TrainingError: when the windows are too few to tell: an hour's worth of alarms would be
            less than one of them.
    """
    share = alarms_per_hour / windows_per_hour
    if not 0 < share < 1 or share * len(normal_scores) < 1:
        raise TrainingError(
            f"threshold: {alarms_per_hour:g} false alarms an hour of {windows_per_hour:g} windows "
            f"cannot be told from {len(normal_scores)} windows of {of}; give more, or a percentile"
        )
    chosen = at_percentile(normal_scores, 100.0 * (1.0 - share), of)
    return ChosenThreshold(
        chosen.value, f"{alarms_per_hour:g} false alarms an hour, {chosen.chosen_by}"
    )


def best_f1(scores: Doubles, measure: Callable[[float], float]) -> ChosenThreshold:
    """The score with the greatest F1 on labelled source validation windows.

    Args:
        scores: float [count], the candidates.
        measure: F1 at a threshold.
    """
    levels = np.unique(scores)
    best = max(levels.tolist(), key=measure)
    return ChosenThreshold(float(best), f"greatest F1 on {len(scores)} source validation windows")
