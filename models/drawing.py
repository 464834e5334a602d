"""Random numbers from a generator on the CPU, wherever they are used.

A seed gives the same numbers on every device.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Generator, Tensor


def normal(shape: Sequence[int], random: Generator, device: torch.device) -> Tensor:
    """Standard normal numbers, float32 of a shape, on a device."""
    return torch.randn(tuple(shape), generator=random).to(device)


def uniform(shape: Sequence[int], random: Generator, device: torch.device) -> Tensor:
    """Numbers from 0 to 1, float32 of a shape, on a device."""
    return torch.rand(tuple(shape), generator=random).to(device)
