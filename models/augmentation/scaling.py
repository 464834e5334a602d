"""Stronger and weaker motion."""

from __future__ import annotations

from typing import ClassVar

from torch import Generator, Tensor

from models.augmentation.augmentation import Augmentation, positive
from models.drawing import uniform


class Scaling(Augmentation):
    """Multiplies what a window does around its own mean.

    The level stays: what a sensor reads at rest is another matter than how far it moves.
    Assumes that amplitudes differ from machine to machine by such factors.
    Source: spec domain-adaptation, "ScalingTransform", there of the level too.
    """

    kind: ClassVar[str] = "scaling"

    def __init__(self, strength: float = 0.2, each_channel: bool = True) -> None:
        """Factors between 1 - strength and 1 + strength, one for a channel or one for a window."""
        self.strength = positive("scaling.strength", strength, 1.0)
        self.each_channel = each_channel

    def __call__(self, windows: Tensor, scales: Tensor, random: Generator) -> Tensor:
        """See `Augmentation`."""
        batch, channels, _ = windows.shape
        shape = (batch, channels if self.each_channel else 1, 1)
        factors = 1.0 + self.strength * (2.0 * uniform(shape, random, windows.device) - 1.0)
        mean = windows.mean(dim=2, keepdim=True)
        return mean + (windows - mean) * factors
