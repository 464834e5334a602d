"""MCC: no two classes confused on the target."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from models.adaptation.losses import class_confusion, imbalance
from models.adaptation.method import Batch, Context, Method
from models.adaptation.schedule import ramp
from models.networks.network import Outputs
from models.selection.space import Choice, Range, Space


class MCC(Method):
    """Minimises how much pairs of classes are confused on target batches; no features are aligned.

    Assumes that target windows gather around classes and the classifier is right about most of
    them. Fails where a class is missing from the target, or two of them share a cluster; the
    divergence of the mean prediction from the source's frequencies holds against collapse.
    Source: Jin et al., Minimum Class Confusion for Versatile Domain Adaptation, ECCV 2020.

    Attributes:
        weight: of the confusion at the end of its ramp.
        temperature: that softens the predictions.
        balance: weight of the divergence of the mean prediction from the prior.
        ramp: shares of the training at which the weight leaves 0 and reaches its end.
    """

    name: ClassVar[str] = "mcc"
    space: ClassVar[Space] = {
        "weight": Range(0.1, 3.0, log=True),
        "temperature": Range(1.0, 4.0),
        "balance": Choice((0.0, 1.0)),
        "separate_norms": Choice((False, True)),
    }

    def __init__(
        self,
        weight: float = 1.0,
        temperature: float = 2.5,
        balance: float = 0.0,
        ramp: tuple[float, float] = (0.125, 0.375),
        separate_norms: bool = False,
    ) -> None:
        """The method; `separate_norms` gives each domain its own batch-norm statistics."""
        self.weight = weight
        self.temperature = temperature
        self.balance = balance
        self.ramp = ramp
        self.separate_norms = separate_norms

    def begin(self, context: Context) -> None:
        """Takes the prior from the source's labels."""
        super().begin(context)
        counts = torch.bincount(
            torch.from_numpy(context.domains.source.labels), minlength=context.domains.classes
        ).float()
        self.prior = ((counts + 1.0) / (counts + 1.0).sum()).to(context.network.device)

    def strength(self, progress: float) -> float:
        """Weight of the confusion; see `Method.strength`."""
        return self.weight * ramp(progress, *self.ramp)

    def align(
        self, source: Outputs, target: Outputs, batch: Batch, progress: float
    ) -> dict[str, Tensor]:
        """The confusion, and the imbalance where it has a weight; see `Method.align`."""
        weight = self.strength(progress)
        parts = {"confusion": weight * class_confusion(target.logits, self.temperature)}
        if self.balance:
            parts["imbalance"] = self.balance * weight * imbalance(target.logits, self.prior)
        return parts
