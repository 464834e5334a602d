"""Per-channel standardisation, fitted on normal readings of the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.errors import TrainingError
from models.windows import Floats


@dataclass(frozen=True)
class Normaliser:
    """Mean and deviation of every channel.

    Attributes:
        mean: float32 [channels], in the channels' units.
        deviation: float32 [channels], above 0.
    """

    mean: Floats
    deviation: Floats

    @staticmethod
    def fit(windows: Floats, channels: Sequence[str]) -> Normaliser:
        """Fits on windows.

        Anomalous windows are to be left out: a fault that moves a channel far would otherwise
        hide in the deviation it has itself widened.

        Args:
            windows: float32 [count, channels, length].
            channels: their names, for errors.

        Raises:
            TrainingError: no windows, a value that is not finite, or a constant channel.
        """
        if not len(windows):
            raise TrainingError("no window to fit the normaliser on")
        broken = ~np.isfinite(windows).all(axis=(0, 2))
        if broken.any():
            names = [name for name, bad in zip(channels, broken, strict=True) if bad]
            raise TrainingError(f"channels {', '.join(names)}: NaN or infinite values")
        mean = windows.mean(axis=(0, 2), dtype=np.float64)
        deviation = windows.std(axis=(0, 2), dtype=np.float64)
        still = deviation < 1e-8
        if still.any():
            names = [name for name, bad in zip(channels, still, strict=True) if bad]
            raise TrainingError(f"channels {', '.join(names)}: constant; leave them out")
        return Normaliser(mean.astype(np.float32), deviation.astype(np.float32))

    def apply(self, windows: Floats) -> Floats:
        """Standardised windows, float32 [count, channels, length]."""
        scaled: Floats = (windows - self.mean[:, None]) / self.deviation[:, None]
        return scaled
