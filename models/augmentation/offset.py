"""Another level."""

from __future__ import annotations

from typing import ClassVar

from torch import Generator, Tensor

from models.augmentation.augmentation import Augmentation, positive
from models.drawing import normal


class Offset(Augmentation):
    """Adds one number to all samples of a channel: a sensor's zero, which drifts.

    Assumes that the level itself does not tell the classes apart.
    """

    kind: ClassVar[str] = "offset"

    def __init__(self, deviations: float = 0.1) -> None:
        """The offsets' deviation, in deviations of the channel in its domain."""
        self.deviations = positive("offset.deviations", deviations)

    def __call__(self, windows: Tensor, scales: Tensor, random: Generator) -> Tensor:
        """See `Augmentation`."""
        drawn = normal((*windows.shape[:2], 1), random, windows.device)
        return windows + self.deviations * scales * drawn
