"""A few labelled target windows beside the source."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from models.adaptation.domains import Domains
from models.adaptation.mcc import MCC
from models.adaptation.method import Batch, Context
from models.errors import TrainingError
from models.networks.network import Outputs
from models.selection.space import Range, Space


class SemiSupervised(MCC):
    """MCC, and a loss on the target windows that somebody has labelled.

    Assumes that the labelled windows show all classes that matter. Fails where they are of one
    session: the network learns the session.
    Source: Saito et al., Semi-supervised Domain Adaptation via Minimax Entropy, ICCV 2019, its
    baseline "S+T" with another loss on the unlabelled.

    Attributes:
        labelled: weight of the labelled target windows.
    """

    name: ClassVar[str] = "semi_supervised"
    space: ClassVar[Space] = {
        "weight": Range(0.1, 3.0, log=True),
        "labelled": Range(0.3, 3.0, log=True),
    }

    def __init__(
        self, weight: float = 1.0, temperature: float = 2.5, labelled: float = 1.0
    ) -> None:
        """The method with its weights."""
        super().__init__(weight, temperature)
        self.labelled = labelled

    @classmethod
    def unfit(cls, domains: Domains) -> str | None:
        """See `Method.unfit`."""
        if domains.labelled is None or not len(domains.labelled):
            return "no labelled target windows were given"
        return super().unfit(domains)

    def begin(self, context: Context) -> None:
        """Takes the labelled windows.

        Raises:
            TrainingError: when there are none.
        """
        super().begin(context)
        given = context.domains.labelled
        if given is None or not len(given):
            raise TrainingError(f"method {self.name}: {self.unfit(context.domains)}")
        self._values = context.network.tensor(given.values)
        self._truth = context.network.tensor(given.labels)

    def align(
        self, source: Outputs, target: Outputs, batch: Batch, progress: float
    ) -> dict[str, Tensor]:
        """MCC's parts and the loss of some of the labelled windows; see `Method.align`."""
        parts = super().align(source, target, batch, progress)
        count = min(len(batch.target), len(self._values))
        rows = torch.randperm(len(self._values), generator=self.context.random)[:count]
        rows = rows.to(self._values.device)
        if len(rows) > 1:
            judged = self.judge_target(self._values[rows])
            loss = self.context.objective.classification(judged.logits, self._truth[rows])
            parts["labelled_target"] = self.labelled * loss
        return parts
