"""Gradient reversal: forwards nothing happens, backwards the gradient is turned round."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class _Reversal(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: Tensor, weight: float) -> Tensor:
        ctx.weight = weight
        return values.view_as(values)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return -ctx.weight * gradient, None


def reverse(values: Tensor, weight: float) -> Tensor:
    """The same values, whose gradient is multiplied by -weight.

    The weight acts here and nowhere else: were the loss behind it multiplied too, the encoder would
    feel the square of a schedule that rises from 0 to 1, and the discriminator, which is to learn
    at full speed from the start, would learn at the schedule's.

    Source: Ganin et al., Domain-Adversarial Training of Neural Networks, JMLR 17, 2016.
    """
    found: Tensor = _Reversal.apply(values, weight)
    return found
