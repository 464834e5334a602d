"""Optimal transport: the cheapest way to move one domain's features onto the other's."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from models.adaptation.alignment import Alignment
from models.adaptation.losses import sliced_wasserstein
from models.adaptation.method import Batch
from models.networks.network import Outputs
from models.selection.space import Range, Space


class DeepJDOT(Alignment):
    """Pairs source with target windows by features and labels together, and brings pairs together.

    The plan of a batch is exact (POT). Assumes that classes are as frequent in both domains: the
    plan has to move all of one batch onto all of the other. Fails where they are not.
    Source: Damodaran et al., DeepJDOT, ECCV 2018.

    Attributes:
        weight: of the transport at the end of its schedule.
        features: weight of the squared distance of features in the cost of a pair.
        labels: weight of the cross entropy of the target's prediction against the source's label.
    """

    name: ClassVar[str] = "deep_jdot"
    space: ClassVar[Space] = {
        "weight": Range(0.1, 3.0, log=True),
        "features": Range(0.01, 1.0, log=True),
    }

    def __init__(self, weight: float = 1.0, features: float = 0.1, labels: float = 1.0) -> None:
        """The method with its weights."""
        super().__init__(weight)
        self.features = features
        self.labels = labels

    def align(
        self, source: Outputs, target: Outputs, batch: Batch, progress: float
    ) -> dict[str, Tensor]:
        """Cost of the best plan, which is fixed while the network learns; see `Method.align`."""
        import ot

        squares = torch.cdist(source.latent, target.latent).square() / source.latent.shape[1]
        truth = functional.one_hot(batch.labels, source.logits.shape[1]).to(squares.dtype)
        wrong = -truth @ target.logits.log_softmax(dim=1).T
        cost = self.features * squares + self.labels * wrong
        plan = ot.emd([], [], cost.detach().cpu().double().numpy())
        moved = (torch.from_numpy(plan).to(cost) * cost).sum()
        return {"transport": self.strength(progress) * moved}


class SlicedWasserstein(Alignment):
    """Brings the latent vectors' projections on many directions together.

    Assumes that the classes are as frequent in both domains. Fails where they are not.
    Source: Lee et al., Sliced Wasserstein Discrepancy, CVPR 2019; here between features.

    Attributes:
        weight: of the distance at the end of its schedule.
        directions: drawn anew in every step.
    """

    name: ClassVar[str] = "sliced_wasserstein"
    space: ClassVar[Space] = {"weight": Range(0.1, 3.0, log=True)}

    def __init__(self, weight: float = 1.0, directions: int = 128) -> None:
        """The method with its numbers."""
        super().__init__(weight)
        self.directions = directions

    def align(
        self, source: Outputs, target: Outputs, batch: Batch, progress: float
    ) -> dict[str, Tensor]:
        """The distance; see `Method.align`."""
        distance = sliced_wasserstein(
            source.latent, target.latent, self.directions, self.context.random
        )
        return {"wasserstein": self.strength(progress) * distance}
