"""How strong each frequency is in a channel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor

from models.features.feature import Feature


class Spectrum(Feature):
    """A row for each channel: ln(1 + amplitude) of its frequencies, stretched to the length.

    Entry k of a row is that of frequency floor(k / 2) cycles a window, so that a convolution sees
    neighbouring frequencies beside each other. The mean is taken out first. The transform is a
    product with a fixed matrix: every runtime has that, few have an FFT.
    """

    kind: ClassVar[str] = "spectrum"

    def __init__(self, names: Sequence[str], of: Sequence[int], length: int) -> None:
        """Spectra of the channels with indices `of`, in windows of `length` samples."""
        super().__init__()
        self.names = tuple(f"spectrum({name})" for name in names)
        self.of = list(of)
        cycles = torch.arange(length, dtype=torch.float64) // 2
        phase = 2 * math.pi * cycles[None, :] * torch.arange(length)[:, None] / length
        taper = torch.hann_window(length, periodic=True, dtype=torch.float64)[:, None]
        scale = 2.0 / taper.sum()
        self.cosines: Tensor
        self.sines: Tensor
        self.register_buffer("cosines", (phase.cos() * taper * scale).float(), persistent=False)
        self.register_buffer("sines", (phase.sin() * taper * scale).float(), persistent=False)

    def forward(self, windows: Tensor, parameters: Tensor) -> Tensor:
        """See `Feature.forward`."""
        chosen = windows[:, self.of]
        moving = chosen - chosen.mean(dim=2, keepdim=True)
        power = (moving @ self.cosines).square() + (moving @ self.sines).square()
        return torch.log1p(torch.sqrt(power + 1e-12))
