"""Temperature scaling: probabilities that say how often they are right."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar

from models.errors import TrainingError
from models.selection.judged import log_softmax
from models.windows import Floats, Ints

SMALLEST, LARGEST = 0.05, 20.0


def fit_temperature(logits: Floats, labels: Ints) -> float:
    """The temperature whose softened logits lose least on labelled windows.

    Args:
        logits: float32 [count, classes], of source validation windows.
        labels: int64 [count].

    Returns:
        Between 0.05 and 20; logits are divided by it. An end of the range is given where all
        windows are told right by far, or none is.

    Raises:
        TrainingError: without windows.

    Source: Guo et al., On Calibration of Modern Neural Networks, ICML 2017.
    """
    if not len(logits):
        raise TrainingError("no window to fit the temperature on")

    def loss(depth: float) -> float:
        logs = log_softmax(logits / np.float32(np.exp(depth)))
        return -float(logs[np.arange(len(labels)), labels].mean())

    found = minimize_scalar(loss, bounds=(np.log(SMALLEST), np.log(LARGEST)), method="bounded")
    return float(np.exp(found.x))
