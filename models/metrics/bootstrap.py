"""Confidence intervals by drawing whole groups, with replacement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.errors import EvaluationError
from models.windows import Ints


@dataclass(frozen=True)
class Interval:
    """A percentile interval.

    Attributes:
        low: its lower end.
        high: its upper end.
        level: share of draws inside.
        draws: on which it rests; fewer than asked for where some had no value.
    """

    low: float
    high: float
    level: float
    draws: int


def interval(
    metric: Callable[[Ints], float], groups: Ints, seed: int, draws: int = 1000, level: float = 0.95
) -> Interval:
    """The interval of a metric, as it would vary with other groups.

    Windows of a group are alike, so drawing windows would make the interval too narrow.

    Args:
        metric: of windows given by their rows, int64 [some].
        groups: int [count], group of each window.
        seed: of the draws.
        draws: how many.
        level: share of the draws that lie inside.

    Raises:
        EvaluationError: when there is one group only, or no draw had a value.
    """
    names = np.unique(groups)
    if len(names) < 2:
        raise EvaluationError(f"an interval over {len(names)} group, expected two or more")
    rows = {name: np.flatnonzero(groups == name) for name in names}
    random = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        drawn = random.choice(names, len(names))
        try:
            values.append(metric(np.concatenate([rows[name] for name in drawn])))
        except EvaluationError:  # All windows of this draw are of one kind.
            continue
    if not values:
        raise EvaluationError("no draw of groups has windows of both kinds")
    edge = 50.0 * (1.0 - level)
    low, high = np.percentile(values, [edge, 100.0 - edge])
    return Interval(float(low), float(high), level, len(values))
