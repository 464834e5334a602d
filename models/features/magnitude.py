"""The length of a vector whose components are channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor

from models.features.feature import Feature


class Magnitude(Feature):
    """One row, sqrt(sum of squares): it does not change when the sensor is turned."""

    kind: ClassVar[str] = "magnitude"

    def __init__(self, name: str, of: Sequence[int]) -> None:
        """A magnitude; `of` are the indices of the components."""
        super().__init__()
        self.names = (name,)
        self.of = list(of)

    def forward(self, windows: Tensor, parameters: Tensor) -> Tensor:
        """See `Feature.forward`."""
        squares = windows[:, self.of].square().sum(dim=1, keepdim=True)
        # The root of 0 has no finite slope.
        return torch.sqrt(squares + 1e-12)
