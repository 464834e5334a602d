"""How a channel changes from sample to sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor

from models.features.feature import Feature


class Difference(Feature):
    """A row for each channel: this sample less the one before; 0 for a window's first."""

    kind: ClassVar[str] = "difference"

    def __init__(self, names: Sequence[str], of: Sequence[int]) -> None:
        """Differences of the channels with indices `of`; `names` are their names."""
        super().__init__()
        self.names = tuple(f"difference({name})" for name in names)
        self.of = list(of)

    def forward(self, windows: Tensor, parameters: Tensor) -> Tensor:
        """See `Feature.forward`."""
        chosen = windows[:, self.of]
        steps = chosen[:, :, 1:] - chosen[:, :, :-1]
        return torch.cat([torch.zeros_like(chosen[:, :, :1]), steps], dim=2)
