"""A stretch of time that is not seen."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Generator, Tensor

from models.augmentation.augmentation import Augmentation, positive
from models.drawing import uniform


class TimeMask(Augmentation):
    """Puts a window's own mean in the place of one stretch of all channels.

    Assumes that a window shows its class more than once. Not for anomalies that are one short
    event: the stretch may hide it, and the label stays.
    Source: Park et al., SpecAugment, Interspeech 2019.
    """

    kind: ClassVar[str] = "time_mask"

    def __init__(self, longest: float = 0.2) -> None:
        """Stretches of up to `longest` of a window's length."""
        self.longest = positive("time_mask.longest", longest, 1.0)

    def __call__(self, windows: Tensor, scales: Tensor, random: Generator) -> Tensor:
        """See `Augmentation`."""
        batch, _, length = windows.shape
        span = uniform((batch, 1, 1), random, windows.device) * self.longest * length
        start = uniform((batch, 1, 1), random, windows.device) * (length - span)
        at = torch.arange(length, device=windows.device)[None, None, :]
        hidden = (at >= start) & (at < start + span)
        return torch.where(hidden, windows.mean(dim=2, keepdim=True), windows)
