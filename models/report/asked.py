"""How a report measures, from the training file that a model was made by."""

from __future__ import annotations

import math

from models.metrics.table import Asked
from models.training.definition import Score, WindowDefinition


def asked_of(
    window: WindowDefinition,
    k: int | None = None,
    alarms: tuple[float, ...] = (1.0, 6.0),
    draws: int = 300,
    seed: int = 0,
) -> Asked:
    """How windows of a definition are measured; VUS-PR blurs edges by the length of a window.

    Windows that matches cut have no neighbours that share most of their samples: by one of them.
    """
    reach = 1 if window.trigger is not None else math.ceil(window.length / window.stride)
    return Asked(window.interval_seconds, reach, k, alarms, draws, seed)


def intended(score: Score) -> float | None:
    """Share of normal windows that a threshold is to call; None where it is set by alarms."""
    return None if score.false_alarms_per_hour is not None else 1.0 - score.percentile / 100.0
