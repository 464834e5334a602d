"""Faster and slower passages."""

from __future__ import annotations

from typing import ClassVar

from torch import Generator, Tensor
from torch.nn import functional

from models.augmentation.augmentation import Augmentation, positive
from models.drawing import uniform


class TimeWarp(Augmentation):
    """Lets time pass at a smoothly changing speed; a window still begins and ends where it did.

    Values between samples are on the line between them. Assumes that a machine's or a person's
    pace varies by so much. Source: Um et al., Data Augmentation of Wearable Sensor Data, ICMI 2017.
    """

    kind: ClassVar[str] = "time_warp"

    def __init__(self, strength: float = 0.2, knots: int = 4) -> None:
        """Speeds between 1 - strength and 1 + strength at `knots` moments."""
        self.strength = positive("time_warp.strength", strength, 0.9)
        self.knots = int(positive("time_warp.knots", knots))

    def __call__(self, windows: Tensor, scales: Tensor, random: Generator) -> Tensor:
        """See `Augmentation`."""
        batch, channels, length = windows.shape
        drawn = 2.0 * uniform((batch, 1, self.knots), random, windows.device) - 1.0
        speed = functional.interpolate(
            1.0 + self.strength * drawn, length, mode="linear", align_corners=True
        )
        passed = speed.cumsum(dim=2)
        passed = passed - passed[:, :, :1]
        place = passed / passed[:, :, -1:] * (length - 1)
        before = place.floor().clamp(0, length - 2).long()
        share = place - before
        before = before.expand(-1, channels, -1)
        return windows.gather(2, before) * (1.0 - share) + windows.gather(2, before + 1) * share
