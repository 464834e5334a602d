"""Classifier head: what does the window show?"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn


class Classifier(nn.Module):
    """float32 [batch, latent] -> float32 [batch, classes], logits; class 0 is normal.

    Source: spec domain-adaptation, "anomaly classifier", there with one logit for two classes. One
    logit for each class is the same function, and is the same for any number of them.
    """

    def __init__(
        self, latent: int, classes: int = 2, hidden: Sequence[int] = (64, 32), dropout: float = 0.3
    ) -> None:
        """Builds the head; `hidden` has the widths of its inner layers, none for a linear one."""
        super().__init__()
        layers: list[nn.Module] = []
        before = latent
        for width in hidden:
            layers += [nn.Linear(before, width), nn.ReLU(), nn.Dropout(dropout)]
            before = width
        self.layers = nn.Sequential(*layers, nn.Linear(before, classes))

    def forward(self, latent: Tensor) -> Tensor:
        """Logits of latent vectors."""
        logits: Tensor = self.layers(latent)
        return logits
