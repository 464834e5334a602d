"""DANN: features that a discriminator cannot tell the domain from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.adaptation.alignment import Alignment
from models.adaptation.method import Batch, Context
from models.networks.discriminator import Discriminator
from models.networks.gradient_reversal import reverse
from models.networks.network import Outputs
from models.selection.space import Range, Space


class DANN(Alignment):
    """A discriminator learns to tell the domains apart, the encoder to make that impossible.

    Assumes that the classes are as frequent in both domains. Fails where they are not: features
    that hide the domain then mix the classes. Watch the discriminator's accuracy: near a half from
    the start it has not learnt, at one the encoder has lost.
    Source: Ganin et al., Domain-Adversarial Training of Neural Networks, JMLR 17, 2016.

    Attributes:
        weight: of the reversed gradient at the end of the schedule.
        accuracy: share of a batch that the discriminator told right, smoothed over steps.
    """

    name: ClassVar[str] = "dann"
    space: ClassVar[Space] = {"weight": Range(0.05, 1.0, log=True)}

    def __init__(self, weight: float = 1.0, hidden: int = 64) -> None:
        """A method with a discriminator whose first layer has `hidden` units."""
        super().__init__(weight)
        self.hidden = hidden
        self.accuracy = 0.5

    def begin(self, context: Context) -> None:
        """Makes the discriminator: one class for each source and one for the target."""
        super().begin(context)
        domains = len(context.network.domains)
        self.discriminator = Discriminator(self.features(context), domains, self.hidden, 0.0)

    def features(self, context: Context) -> int:
        """Width of what the discriminator sees."""
        latent: int = context.network.encoder.latent  # type: ignore[assignment]
        return latent

    def seen(self, outputs: Outputs) -> Tensor:
        """What the discriminator sees of a batch."""
        return outputs.latent

    def weights(self, source: Outputs, target: Outputs) -> Tensor:
        """How much each window counts, float32 [source and target]."""
        return torch.ones(len(source.logits) + len(target.logits), device=source.logits.device)

    def align(
        self, source: Outputs, target: Outputs, batch: Batch, progress: float
    ) -> dict[str, Tensor]:
        """The discriminator's loss behind the reversal; see `Method.align`."""
        seen = torch.cat([self.seen(source), self.seen(target)])
        logits = self.discriminator(reverse(seen, self.strength(progress)))
        last = torch.full((len(batch.target),), logits.shape[1] - 1, device=logits.device)
        truth = torch.cat([batch.origin, last])
        right = float((logits.argmax(dim=1) == truth).float().mean())
        self.accuracy += 0.05 * (right - self.accuracy)
        weights = self.weights(source, target)
        losses = functional.cross_entropy(logits, truth, reduction="none")
        return {"domain": (losses * weights).sum() / weights.sum()}

    def modules(self) -> Mapping[str, nn.Module]:
        """The discriminator."""
        return {"discriminator": self.discriminator}

    def state(self) -> dict[str, Any]:
        """How well the discriminator tells the domains."""
        return {"accuracy": self.accuracy}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes it back."""
        self.accuracy = state["accuracy"]
