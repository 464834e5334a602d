"""Discriminator head: which domain does this latent vector come from?"""

from __future__ import annotations

from torch import Tensor, nn


class Discriminator(nn.Module):
    """float32 [batch, features] -> float32 [batch, domains], logits.

    Source: spec domain-adaptation, "domain discriminator"; there with one logit for two domains.
    """

    def __init__(
        self, features: int, domains: int = 2, hidden: int = 64, dropout: float = 0.3
    ) -> None:
        """Builds the head; `hidden` is the width of its first layer, its second has half."""
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(features, hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, hidden // 2),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden // 2, domains),
        )

    def forward(self, latent: Tensor) -> Tensor:
        """Logits of latent vectors."""
        logits: Tensor = self.layers(latent)
        return logits
