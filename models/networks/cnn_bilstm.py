"""Encoder: convolutions see shapes, a bidirectional LSTM sees their order."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class CnnBiLstm(nn.Module):
    """1-D CNN and bidirectional LSTM.

    float32 [batch, channels, length] -> float32 [batch, latent].

    The latent vector is made from the last state of either direction, each of which has read the
    whole window. (The output at the last step would hold a backward state that has read one
    sample.)

    Source: spec domain-adaptation, "shared encoder".
    """

    def __init__(
        self,
        channels: int,
        widths: Sequence[int] = (32, 64, 128),
        kernels: Sequence[int] = (7, 5, 3),
        hidden: int = 128,
        layers: int = 2,
        latent: int = 128,
        dropout: float = 0.3,
    ) -> None:
        """Builds the encoder.

        Args:
            channels: of the input.
            widths: output channels of the convolutions.
            kernels: their sizes, odd.
            hidden: width of the LSTM, each direction.
            layers: of the LSTM.
            latent: width of the output.
            dropout: after every convolution, between LSTM layers and on the output.
        """
        super().__init__()
        blocks: list[nn.Module] = []
        before = channels
        for width, kernel in zip(widths, kernels, strict=True):
            blocks += [
                nn.Conv1d(before, width, kernel, padding=kernel // 2),
                nn.BatchNorm1d(width),
                nn.ReLU(),
                nn.Dropout(dropout),
            ]
            before = width
        self.convolutions = nn.Sequential(*blocks)
        self.lstm = nn.LSTM(
            before,
            hidden,
            layers,
            batch_first=True,
            bidirectional=True,
            dropout=dropout if layers > 1 else 0.0,
        )
        self.projection = nn.Sequential(
            nn.Linear(2 * hidden, latent), nn.ReLU(), nn.Dropout(dropout)
        )
        self.latent = latent

    def forward(self, windows: Tensor) -> Tensor:
        """Latent vectors of standardised windows."""
        steps = self.convolutions(windows).transpose(1, 2)
        _, (state, _) = self.lstm(steps)
        latent: Tensor = self.projection(torch.cat([state[-2], state[-1]], dim=1))
        return latent
