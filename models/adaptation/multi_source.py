"""Several labelled sources: all of them and the target brought to the same moments."""

from __future__ import annotations

from itertools import combinations
from typing import ClassVar

import torch
from torch import Tensor

from models.adaptation.alignment import Alignment
from models.adaptation.domains import Domains
from models.adaptation.method import Batch, Context
from models.errors import TrainingError
from models.networks.network import Outputs
from models.selection.space import Range, Space


class MomentMatching(Alignment):
    """Brings the first moments of every pair of domains together, the sources among them.

    Assumes that what the sources have in common holds for the target too. Fails where one source
    is unlike all others: it is pulled along at their cost.
    Source: Peng et al., Moment Matching for Multi-Source Domain Adaptation, ICCV 2019, M3SDA with
    one classifier.

    Attributes:
        weight: of the distances at the end of their schedule.
        moments: how many, from the mean on.
    """

    name: ClassVar[str] = "moment_matching"
    space: ClassVar[Space] = {"weight": Range(0.1, 3.0, log=True)}

    def __init__(self, weight: float = 1.0, moments: int = 3) -> None:
        """The method with its numbers."""
        super().__init__(weight)
        self.moments = moments

    @classmethod
    def unfit(cls, domains: Domains) -> str | None:
        """See `Method.unfit`."""
        if len(domains.sources) < 2:
            return "one source, expected several; use another"
        return super().unfit(domains)

    def begin(self, context: Context) -> None:
        """Checks that there are several sources.

        Raises:
            TrainingError: when there is one.
        """
        super().begin(context)
        reason = self.unfit(context.domains)
        if reason is not None:
            raise TrainingError(f"method {self.name}: {reason}")

    def align(
        self, source: Outputs, target: Outputs, batch: Batch, progress: float
    ) -> dict[str, Tensor]:
        """Mean squared distance of the moments; see `Method.align`."""
        parts = [source.latent[batch.origin == origin] for origin in torch.unique(batch.origin)]
        parts = [part for part in [*parts, target.latent] if len(part) > 1]
        distances = [
            (one.pow(power).mean(dim=0) - other.pow(power).mean(dim=0)).square().mean()
            for power in range(1, self.moments + 1)
            for one, other in combinations(parts, 2)
        ]
        mean = torch.stack(distances).mean() if distances else target.latent.sum() * 0.0
        return {"moments": self.strength(progress) * mean}
