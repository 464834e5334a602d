"""Scores that look at no sensor: what a figure has to stand beside."""

from __future__ import annotations

import numpy as np

from models.windows import Bools, Doubles, Ints


def random_scores(count: int, seed: int) -> Doubles:
    """Scores that know nothing, float64 [count]."""
    return np.random.default_rng(seed).random(count)


def constant_scores(count: int) -> Doubles:
    """One score for all windows, float64 [count]."""
    return np.zeros(count)


def clock_scores(rows: Ints, centre: float) -> Doubles:
    """How near a window is to a moment, float64 [count]: what a score is worth that tells the time.

    Args:
        rows: int64 [count], a window's row in its series.
        centre: row of the moment.
    """
    near: Doubles = -np.abs(rows.astype(np.float64) - centre)
    return near


def clock_centre(rows: Ints, anomalous: Bools) -> float:
    """The row around which anomalies lie: the median of the anomalous windows' rows.

    It is an oracle where the labels are the target's; say so beside the figure.
    """
    return float(np.median(rows[anomalous]))
