"""Self-training: what the network is sure of becomes a label, as many of each class."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from models.adaptation.method import Batch, Context, Method
from models.adaptation.schedule import ramp
from models.networks.network import Outputs
from models.selection.space import Range, Space

BATCH = 256


class SelfTraining(Method):
    """After every epoch the surest target windows of each class get that class as their label.

    The share that gets one grows with the training, and is each class's own: a class that the
    network knows less surely is not crowded out. Assumes that sure predictions are mostly right.
    Fails where a class is taken for another from the start: the mistake teaches itself.
    Source: Zou et al., Unsupervised Domain Adaptation via Class-Balanced Self-Training, ECCV 2018.

    Attributes:
        weight: of the pseudo-labelled windows in the loss.
        first: share of each class's windows that get a label at the start.
        last: the same at the end.
        start: share of the training before the first labels are given.
    """

    name: ClassVar[str] = "self_training"
    space: ClassVar[Space] = {
        "weight": Range(0.1, 3.0, log=True),
        "last": Range(0.5, 1.0),
        "start": Range(0.1, 0.5),
    }

    def __init__(
        self, weight: float = 1.0, first: float = 0.2, last: float = 0.8, start: float = 0.25
    ) -> None:
        """The method with its numbers."""
        self.weight = weight
        self.first = first
        self.last = last
        self.start = start

    def begin(self, context: Context) -> None:
        """Begins without a label."""
        super().begin(context)
        self._labels = torch.full((len(context.domains.target),), -1, device=context.network.device)

    def align(
        self, source: Outputs, target: Outputs, batch: Batch, progress: float
    ) -> dict[str, Tensor]:
        """Cross entropy of the windows that have a label; see `Method.align`."""
        labels = self._labels[batch.target_rows]
        known = labels >= 0
        if not known.any():
            return {"pseudo_labels": target.logits.sum() * 0.0}
        found = functional.cross_entropy(target.logits[known], labels[known])
        return {"pseudo_labels": self.weight * found}

    def epoch_ended(self, epoch: int, epochs: int) -> None:
        """Labels the surest windows of each class."""
        progress = epoch / epochs
        if progress < self.start:
            return
        share = self.first + (self.last - self.first) * ramp(progress, self.start, 1.0)
        windows = self.context.network.tensor(self.context.domains.target.values)
        with torch.no_grad():
            logits = torch.cat(
                [self.judge_target(part).logits for part in torch.split(windows, BATCH)]
            )
        probability, taken = logits.softmax(dim=1).max(dim=1)
        self._labels = torch.full_like(taken, -1)
        for each in torch.unique(taken):
            rows = (taken == each).nonzero().squeeze(1)
            count = max(1, round(share * len(rows)))
            surest = rows[probability[rows].argsort(descending=True, stable=True)[:count]]
            self._labels[surest] = each

    def state(self) -> dict[str, Any]:
        """The labels that were given."""
        return {"labels": self._labels}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes them back."""
        self._labels = state["labels"]
