"""The whole network: normaliser, encoder and heads; and the graph that scores."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from models.networks.classifier import Classifier
from models.networks.cnn_bilstm import CnnBiLstm
from models.networks.decoder import Decoder
from models.normaliser import BOUND, Normaliser


@dataclass(frozen=True)
class Widths:
    """Sizes of the network's layers; the defaults are the spec's."""

    convolutions: tuple[int, int, int] = (32, 64, 128)
    kernels: tuple[int, int, int] = (7, 5, 3)
    hidden: int = 128
    latent: int = 128
    classifier: int = 64
    dropout: float = 0.3

    def describe(self) -> dict[str, Any]:
        """For a model card."""
        full = Widths()
        sizes = [(each.convolutions, each.hidden, each.latent) for each in (self, full)]
        note = "the full widths"
        if sizes[0] != sizes[1]:
            note = f"narrower than the full widths {sizes[1]}, so that the file is small"
        return {
            "architecture": "CNN + 2 x BiLSTM encoder, classifier, decoder",
            **asdict(self),
            "note": note,
        }


@dataclass(frozen=True)
class Calibration:
    """Maps a reconstruction error to a number between 0 and 1.

    sigmoid((ln error - centre) / scale)

    Attributes:
        centre: ln of the error that becomes 0.5.
        scale: above 0.
    """

    centre: float
    scale: float


class Detector(nn.Module):
    """Raw windows, float32 [batch, channels, length], to logits and reconstructions."""

    def __init__(self, channels: int, length: int, normaliser: Normaliser, widths: Widths) -> None:
        """Builds the network; the normaliser is part of it and is not trained."""
        super().__init__()
        self.mean: Tensor
        self.deviation: Tensor
        self.relative: Tensor
        self.register_buffer("mean", torch.from_numpy(normaliser.mean)[:, None])
        self.register_buffer("deviation", torch.from_numpy(normaliser.deviation)[:, None])
        relative = torch.from_numpy(normaliser.relative).float()
        self.register_buffer("relative", relative[:, None])
        self.encoder = CnnBiLstm(
            channels,
            widths.convolutions,
            widths.kernels,
            widths.hidden,
            latent=widths.latent,
            dropout=widths.dropout,
        )
        self.classifier = Classifier(widths.latent, widths.classifier, widths.dropout)
        first, second = widths.convolutions[1], widths.convolutions[0]
        self.decoder = Decoder(
            widths.latent, channels, length, widths.hidden, (first, second), widths.dropout
        )

    def forward(self, windows: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and reconstruction errors.

        Returns:
            float32 [batch], logits; float32 [batch], mean squared errors of the standardised
            window over channels and time.
        """
        standard = self.standardise(windows)
        latent = self.encoder(standard)
        error = (standard - self.decoder(latent)).square().mean(dim=(1, 2))
        return self.classifier(latent), error

    def standardise(self, windows: Tensor) -> Tensor:
        """What `Normaliser.apply` does, as a part of the graph."""
        first = windows[:, :, :1]
        moved = windows - (first * self.relative + self.mean)
        level = moved.mean(dim=2, keepdim=True) * self.relative
        return ((moved - level) / self.deviation).clamp(-BOUND, BOUND)


class ScoringGraph(nn.Module):
    """What is exported: alpha * probability + (1 - alpha) * calibrated reconstruction error."""

    def __init__(self, detector: Detector, calibration: Calibration, alpha: float = 0.7) -> None:
        """Wraps a trained detector; `alpha` between 0 and 1 weighs the classifier."""
        super().__init__()
        self.detector = detector
        self.calibration = calibration
        self.alpha = alpha

    def forward(self, window: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Score, probability and reconstruction error, each float32 [batch]."""
        logits, squared = self.detector(window)
        # The root is in deviations, and single precision resolves it where the square is large.
        error = torch.sqrt(squared)
        probability = torch.sigmoid(logits)
        depth = (torch.log(error + 1e-12) - self.calibration.centre) / self.calibration.scale
        score = self.alpha * probability + (1.0 - self.alpha) * torch.sigmoid(depth)
        return score, probability, error
