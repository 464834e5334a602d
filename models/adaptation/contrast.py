"""Supervised contrast: windows of a class near each other, whatever their domain."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from models.adaptation.method import Batch, Method
from models.adaptation.schedule import ramp
from models.networks.network import Outputs
from models.selection.space import Range, Space


class SupervisedContrast(Method):
    """Pulls windows of a class together, target windows by what they are surely taken for.

    Assumes that sure predictions are right. Fails where the classifier is sure of a class that the
    target does not have: it then gathers windows around a mistake.
    Source: Khosla et al., Supervised Contrastive Learning, NeurIPS 2020; the loss is
    pytorch-metric-learning's.

    Attributes:
        weight: of the contrast at the end of its ramp.
        temperature: of the similarities.
        confidence: probability from which a target window takes part.
    """

    name: ClassVar[str] = "supervised_contrast"
    space: ClassVar[Space] = {"weight": Range(0.02, 0.5, log=True), "confidence": Range(0.7, 0.95)}

    def __init__(
        self, weight: float = 0.1, temperature: float = 0.1, confidence: float = 0.9
    ) -> None:
        """The method with its numbers."""
        from pytorch_metric_learning.losses import SupConLoss

        self.weight = weight
        self.confidence = confidence
        self._loss = SupConLoss(temperature=temperature)

    def strength(self, progress: float) -> float:
        """Weight of the contrast on the target; see `Method.strength`."""
        return self.weight * ramp(progress, 0.1, 0.5)

    def align(
        self, source: Outputs, target: Outputs, batch: Batch, progress: float
    ) -> dict[str, Tensor]:
        """The contrast; see `Method.align`."""
        probability, taken = target.logits.softmax(dim=1).detach().max(dim=1)
        sure = probability >= self.confidence
        latent = torch.cat([source.latent, target.latent[sure]])
        labels = torch.cat([batch.labels, taken[sure]])
        weight = self.strength(progress)
        return {"contrast": weight * self._loss(latent, labels)}
