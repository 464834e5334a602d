"""Parts of a network that judges by the largest row alone, and has two numbers to fit."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class LargestRow(nn.Module):
    """Encoder: the size of every row's mean.

    float32 [batch, rows, length] -> float32 [batch, rows], at least 0.
    """

    def __init__(self, rows: int) -> None:
        """For so many rows."""
        super().__init__()
        self.latent = rows

    def forward(self, rows: Tensor) -> Tensor:
        """Latent vectors of rows."""
        return rows.mean(dim=2).abs()


class LargestClassifier(nn.Module):
    """Classifier: float32 [batch, rows] -> float32 [batch, 2], logits.

    The second logit is slope * largest + bias, the first is 0.
    """

    def __init__(self) -> None:
        """With a slope of 1 and no bias: larger is more anomalous before anything is fitted."""
        super().__init__()
        self.slope = nn.Parameter(torch.ones(()))
        self.bias = nn.Parameter(torch.zeros(()))

    def forward(self, latent: Tensor) -> Tensor:
        """Logits of latent vectors."""
        logit = self.slope * latent.amax(dim=1) + self.bias
        return torch.stack([torch.zeros_like(logit), logit], dim=1)
