"""Decoder head: what would a normal window with this latent vector look like?"""

from __future__ import annotations

from torch import Tensor, nn


class Decoder(nn.Module):
    """float32 [batch, latent] -> float32 [batch, channels, length], a standardised window.

    Source: spec domain-adaptation, "reconstruction decoder".
    """

    def __init__(
        self,
        latent: int,
        channels: int,
        length: int,
        hidden: int = 128,
        widths: tuple[int, int] = (64, 32),
        dropout: float = 0.3,
    ) -> None:
        """Builds the head; `hidden` is the LSTM's width, `widths` the transposed convolutions'."""
        super().__init__()
        self.length = length
        self.expansion = nn.Sequential(nn.Linear(latent, hidden), nn.ReLU())
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        first, second = widths
        self.convolutions = nn.Sequential(
            nn.ConvTranspose1d(hidden, first, 3, padding=1),
            nn.BatchNorm1d(first),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.ConvTranspose1d(first, second, 3, padding=1),
            nn.BatchNorm1d(second),
            nn.ReLU(),
            nn.ConvTranspose1d(second, channels, 3, padding=1),
        )

    def forward(self, latent: Tensor) -> Tensor:
        """Reconstructions of the windows that gave these latent vectors."""
        steps = self.expansion(latent).unsqueeze(1).repeat(1, self.length, 1)
        states, _ = self.lstm(steps)
        windows: Tensor = self.convolutions(states.transpose(1, 2))
        return windows
