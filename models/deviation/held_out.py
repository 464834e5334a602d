"""Scores of a calibration itself, told by a regime that has not seen what it scores."""

from __future__ import annotations

import numpy as np

from models.deviation.regime import of_samples
from models.errors import TrainingError
from models.windows import Doubles

PARTS = 4


def held_out(samples: Doubles, length: int, stride: int, parts: int = PARTS) -> Doubles:
    """Scores of a calibration's windows, each part's by the regime of the others, float64 [count].

    By its own regime a calibration looks more normal than what comes after it, and a threshold on
    such scores is too low. No label takes part.

    Args:
        samples: float64 [count, channels], known to be normal, in order of time.
        length: of a window.
        stride: from one window to the next within a part.
        parts: successive ones of equal length.

    Raises:
        TrainingError: when a part has no whole window.
    """
    at = np.array_split(np.arange(len(samples)), parts)
    if parts < 2 or min(map(len, at)) < length:
        raise TrainingError(
            f"{len(samples)} normal samples in {parts} parts: expected at least two parts of a "
            f"window's length, {length}; calibrate on more samples"
        )
    found = []
    for rows in at:
        first = np.arange(rows[0], rows[-1] + 2 - length, stride)
        windows = samples[first[:, None] + np.arange(length)].transpose(0, 2, 1)
        rest = np.delete(samples, rows, axis=0)
        found.append(of_samples(rest).scores(windows.astype(np.float32)))
    return np.concatenate(found)
