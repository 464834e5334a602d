"""CORAL: the same covariance of features in both domains."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from models.adaptation.losses import coral
from models.adaptation.method import Batch, Method
from models.adaptation.schedule import adversarial
from models.networks.network import Outputs
from models.selection.space import Range, Space


class CORAL(Method):
    """Brings the covariances of the latent vectors together.

    Assumes that what differs between the domains is in the second moments. Fails where it is in
    the shape of the distributions, or where classes are not as frequent in both.
    Source: Sun and Saenko, Deep CORAL, ECCV Workshops 2016.

    Attributes:
        weight: of the distance at the end of its schedule.
    """

    name: ClassVar[str] = "coral"
    space: ClassVar[Space] = {"weight": Range(0.1, 30.0, log=True)}
    aligns: ClassVar[bool] = True

    def __init__(self, weight: float = 1.0) -> None:
        """The method with a weight."""
        self.weight = weight

    def strength(self, progress: float) -> float:
        """Weight of the alignment, as DANN's grows; see `Method.strength`."""
        return self.weight * adversarial(progress)

    def align(
        self, source: Outputs, target: Outputs, batch: Batch, progress: float
    ) -> dict[str, Tensor]:
        """The distance of the covariances; see `Method.align`."""
        distance = coral(source.latent, target.latent)
        return {"coral": self.strength(progress) * distance}
