"""CDAN: a discriminator that sees features together with what they are taken for."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from models.adaptation.dann import DANN
from models.adaptation.losses import entropy
from models.adaptation.method import Context
from models.networks.network import Outputs


class CDAN(DANN):
    """DANN on the outer product of features and class probabilities, sure windows counting more.

    Assumes that the classifier is right about most target windows from the start: classes are
    aligned with what they are taken for. Fails where it is not, and makes sure of it.
    Source: Long et al., Conditional Adversarial Domain Adaptation, NeurIPS 2018, CDAN+E.
    """

    name: ClassVar[str] = "cdan"

    def features(self, context: Context) -> int:
        """Width of the outer product."""
        return super().features(context) * context.domains.classes

    def seen(self, outputs: Outputs) -> Tensor:
        """Features of each class, weighted by its probability; the weights have no gradient."""
        probability = outputs.logits.softmax(dim=1).detach()
        return (probability.unsqueeze(2) * outputs.latent.unsqueeze(1)).flatten(1)

    def weights(self, source: Outputs, target: Outputs) -> Tensor:
        """More for windows that the classifier is sure of."""
        logits = torch.cat([source.logits, target.logits]).detach()
        return 1.0 + torch.exp(-entropy(logits))
