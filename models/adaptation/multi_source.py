"""Several labelled sources: all of them and the target brought to the same moments."""

from __future__ import annotations

from itertools import combinations
from typing import ClassVar

import torch
from torch import Tensor

from models.adaptation.method import Batch, Context, Method
from models.adaptation.schedule import adversarial
from models.errors import TrainingError
from models.networks.network import Outputs


class MomentMatching(Method):
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

    def __init__(self, weight: float = 1.0, moments: int = 3) -> None:
        """The method with its numbers."""
        self.weight = weight
        self.moments = moments

    def begin(self, context: Context) -> None:
        """Checks that there are several sources.

        Raises:
            TrainingError: when there is one.
        """
        super().begin(context)
        if len(context.domains.sources) < 2:
            raise TrainingError(f"method {self.name}: one source, expected several; use another")

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
        return {"moments": self.weight * adversarial(progress) * mean}
