"""Per-channel standardisation, fitted on normal windows of the source.

A channel whose level says more about the hall and the hour than about the robot, such as
a temperature, is taken relative to its own mean in the window: what is left is how it moves.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from models.errors import TrainingError
from models.windows import Bools, Floats

# A reading this many deviations out says no more than one twice as far, and would drown the rest.
BOUND = 10.0


@dataclass(frozen=True)
class Normaliser:
    """Mean and deviation of every channel.

    Attributes:
        mean: float32 [channels], in the channels' units; 0 for a relative channel.
        deviation: float32 [channels], above 0; a relative channel's within windows.
        relative: bool [channels], whether the window's own mean is subtracted.
    """

    mean: Floats
    deviation: Floats
    relative: Bools

    @staticmethod
    def fit(windows: Floats, channels: Sequence[str], relative: Collection[str] = ()) -> Normaliser:
        """Fits on windows.

        Anomalous windows are to be left out: a fault that moves a channel far would otherwise
        hide in the deviation it has itself widened.

        Args:
            windows: float32 [count, channels, length].
            channels: their names.
            relative: names of the channels that are taken relative to the window's mean.

        Raises:
            TrainingError: no windows, a value that is not finite, or a constant channel.
        """
        if not len(windows):
            raise TrainingError("no window to fit the normaliser on")
        broken = ~np.isfinite(windows).all(axis=(0, 2))
        if broken.any():
            names = [name for name, bad in zip(channels, broken, strict=True) if bad]
            raise TrainingError(f"channels {', '.join(names)}: NaN or infinite values")
        own = np.array([name in relative for name in channels])
        mean = np.where(own, 0.0, windows.mean(axis=(0, 2), dtype=np.float64))
        level = np.where(own[:, None], windows.mean(axis=2, keepdims=True), mean[:, None])
        deviation = np.sqrt(np.square(windows - level, dtype=np.float64).mean(axis=(0, 2)))
        still = deviation < 1e-8
        if still.any():
            names = [name for name, bad in zip(channels, still, strict=True) if bad]
            raise TrainingError(f"channels {', '.join(names)}: constant; leave them out")
        return Normaliser(mean.astype(np.float32), deviation.astype(np.float32), own)

    def apply(self, windows: Floats) -> Floats:
        """Standardised windows, float32 [count, channels, length], within -10 and 10."""
        own = self.relative[:, None]
        # From the first reading first: differences of near numbers are exact, their mean is small.
        moved = windows - np.where(own, windows[:, :, :1], self.mean[:, None])
        level = np.where(own, moved.mean(axis=2, keepdims=True), np.float32(0))
        scaled: Floats = np.clip((moved - level) / self.deviation[:, None], -BOUND, BOUND)
        return scaled
