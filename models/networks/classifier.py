"""Classifier head: is the window anomalous?"""

from __future__ import annotations

from torch import Tensor, nn


class Classifier(nn.Module):
    """float32 [batch, latent] -> float32 [batch], a logit; above 0 means anomalous.

    Source: spec domain-adaptation, "anomaly classifier".
    """

    def __init__(self, latent: int, hidden: int = 64, dropout: float = 0.3) -> None:
        """Builds the head; `hidden` is the width of its first layer, its second has half."""
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(latent, hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, hidden // 2),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden // 2, 1),
        )

    def forward(self, latent: Tensor) -> Tensor:
        """Logits of latent vectors."""
        logits: Tensor = self.layers(latent).squeeze(1)
        return logits
