"""Noise on every sample."""

from __future__ import annotations

from typing import ClassVar

from torch import Generator, Tensor

from models.augmentation.augmentation import Augmentation, positive
from models.drawing import normal


class Jitter(Augmentation):
    """Adds Gaussian noise: a sensor's.

    Assumes that what is looked for is larger than the noise.
    Source: spec domain-adaptation, "JitterTransform".
    """

    kind: ClassVar[str] = "jitter"

    def __init__(self, deviations: float = 0.05) -> None:
        """The noise's deviation, in deviations of the channel in its domain."""
        self.deviations = positive("jitter.deviations", deviations)

    def __call__(self, windows: Tensor, scales: Tensor, random: Generator) -> Tensor:
        """See `Augmentation`."""
        noise = normal(windows.shape, random, windows.device)
        return windows + self.deviations * scales * noise
