"""Encoder: residual convolutions whose reach doubles from block to block."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Tcn(nn.Module):
    """A small temporal CNN with dilated, residual blocks; it needs no recurrence to see far.

    float32 [batch, channels, length] -> float32 [batch, latent].

    A window is judged when it is complete, so the convolutions look both ways.
    Source: Bai et al., An Empirical Evaluation of Generic Convolutional and Recurrent Networks for
    Sequence Modeling, 2018; there causal.
    """

    def __init__(
        self,
        channels: int,
        width: int = 64,
        kernel: int = 3,
        blocks: int = 4,
        latent: int = 128,
        dropout: float = 0.2,
    ) -> None:
        """Builds the encoder.

        Args:
            channels: of the input.
            width: channels inside.
            kernel: size of the convolutions, odd.
            blocks: how many; the last reaches 2 ** (blocks - 1) times as far as the first.
            latent: width of the output.
            dropout: inside every block and on the output.
        """
        super().__init__()
        self.entry = nn.Conv1d(channels, width, 1)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                _convolution(width, kernel, 2**at),
                nn.BatchNorm1d(width),
                nn.ReLU(),
                nn.Dropout(dropout),
                _convolution(width, kernel, 2**at),
                nn.BatchNorm1d(width),
            )
            for at in range(blocks)
        )
        self.projection = nn.Sequential(
            nn.Linear(2 * width, latent), nn.ReLU(), nn.Dropout(dropout)
        )
        self.latent = latent

    def forward(self, windows: Tensor) -> Tensor:
        """Latent vectors of standardised windows."""
        values = self.entry(windows)
        for block in self.blocks:
            values = torch.relu(values + block(values))
        # The mean says what lasts, the maximum what happens once.
        seen = torch.cat([values.mean(dim=2), values.amax(dim=2)], dim=1)
        latent: Tensor = self.projection(seen)
        return latent


def _convolution(width: int, kernel: int, dilation: int) -> nn.Conv1d:
    # The padding in numbers: ONNX Runtime refuses padding="same" with a dilation.
    padding = dilation * (kernel // 2)
    return nn.Conv1d(width, width, kernel, padding=padding, dilation=dilation, bias=False)
