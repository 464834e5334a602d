"""Encoder: three convolutions and an average over time."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn


class Cnn(nn.Module):
    """1-D CNN, the backbone that published figures on UCIHAR were made with.

    float32 [batch, channels, length] -> float32 [batch, widths[-1]].

    Source: Ragab et al., AdaTime, TKDD 2023, its network "CNN".
    """

    def __init__(
        self,
        channels: int,
        widths: Sequence[int] = (64, 128, 128),
        kernels: Sequence[int] = (5, 8, 8),
        dropout: float = 0.5,
    ) -> None:
        """Builds the encoder.

        Args:
            channels: of the input.
            widths: output channels of the convolutions.
            kernels: their sizes.
            dropout: after the first convolution.
        """
        super().__init__()
        blocks: list[nn.Module] = []
        before = channels
        for width, kernel in zip(widths, kernels, strict=True):
            blocks += [
                nn.Conv1d(before, width, kernel, padding=kernel // 2, bias=False),
                nn.BatchNorm1d(width),
                nn.ReLU(),
                nn.MaxPool1d(2, stride=2, padding=1),
            ]
            if before == channels:
                blocks.append(nn.Dropout(dropout))
            before = width
        self.convolutions = nn.Sequential(*blocks)
        self.latent = before

    def forward(self, windows: Tensor) -> Tensor:
        """Latent vectors of standardised windows."""
        latent: Tensor = self.convolutions(windows).mean(dim=2)
        return latent
