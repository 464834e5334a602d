"""From a reconstruction error to a number between 0 and 1."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from models.errors import TrainingError
from models.windows import Floats

# What is added to an error before its logarithm is taken; a perfect reconstruction has none.
SMALLEST = 1e-12


@dataclass(frozen=True)
class Calibration:
    """A logistic curve over the logarithm: sigmoid((ln error - centre) / scale).

    Attributes:
        centre: ln of the error that becomes 0.5.
        scale: above 0.
    """

    centre: float
    scale: float

    @staticmethod
    def fit(errors: Floats) -> Calibration:
        """Fits on errors of normal windows: their 99th percentile becomes 0.5, their median 0.05.

        Args:
            errors: float32 [count], root mean square over a window, in deviations.

        Raises:
            TrainingError: without errors.
        """
        if not len(errors):
            raise TrainingError("no normal window to calibrate the reconstruction error on")
        logs = np.log(errors.astype(np.float64) + SMALLEST)
        median, high = np.percentile(logs, [50.0, 99.0])
        return Calibration(float(high), float(max(high - median, 1e-6) / math.log(19.0)))
