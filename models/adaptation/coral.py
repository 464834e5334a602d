"""CORAL: the same covariance of features in both domains."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from models.adaptation.alignment import Alignment
from models.adaptation.losses import coral
from models.adaptation.method import Batch
from models.networks.network import Outputs
from models.selection.space import Range, Space


class CORAL(Alignment):
    """Brings the covariances of the latent vectors together.

    Assumes that what differs between the domains is in the second moments. Fails where it is in
    the shape of the distributions, or where classes are not as frequent in both.
    Source: Sun and Saenko, Deep CORAL, ECCV Workshops 2016.
    """

    name: ClassVar[str] = "coral"
    space: ClassVar[Space] = {"weight": Range(0.1, 30.0, log=True)}

    def align(
        self, source: Outputs, target: Outputs, batch: Batch, progress: float
    ) -> dict[str, Tensor]:
        """The distance of the covariances; see `Method.align`."""
        distance = coral(source.latent, target.latent)
        return {"coral": self.strength(progress) * distance}
