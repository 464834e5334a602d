"""Weights that change with the progress of a training, from 0 at its start to 1 at its end."""

from __future__ import annotations

import math


def adversarial(progress: float, steepness: float = 10.0) -> float:
    """2 / (1 + exp(-steepness * progress)) - 1: from 0 to nearly 1, fast at first.

    Source: Ganin et al., JMLR 17, 2016, section 5.2.2.
    """
    return 2.0 / (1.0 + math.exp(-steepness * progress)) - 1.0


def ramp(progress: float, start: float, end: float) -> float:
    """0 until `start`, 1 from `end` on, a straight line between."""
    if end <= start:
        return float(progress >= end)
    return min(max((progress - start) / (end - start), 0.0), 1.0)
