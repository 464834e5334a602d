"""MMD: the same mean of features in both domains, for every kernel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from torch import Tensor

from models.adaptation.alignment import Alignment
from models.adaptation.losses import median_scale, mmd
from models.adaptation.method import Batch
from models.networks.network import Outputs
from models.selection.space import Range, Space


class MMD(Alignment):
    """Brings the distributions of latent vectors together, as several Gaussian kernels see them.

    Assumes that the classes are as frequent in both domains. Fails where they are not, and where
    no kernel is as wide as the features are apart: the widths are multiples of the median distance
    of the batch, so that they follow the features' scale.
    Source: Gretton et al., JMLR 13, 2012; Long et al., Deep Adaptation Networks, ICML 2015.

    Attributes:
        weight: of the discrepancy at the end of its schedule.
        widths: of the kernels, in multiples of the batch's median squared distance.
    """

    name: ClassVar[str] = "mmd"
    space: ClassVar[Space] = {"weight": Range(0.1, 3.0, log=True)}

    def __init__(
        self, weight: float = 1.0, widths: Sequence[float] = (0.25, 0.5, 1.0, 2.0, 4.0)
    ) -> None:
        """The method with a weight and kernels."""
        super().__init__(weight)
        self.widths = tuple(widths)

    def align(
        self, source: Outputs, target: Outputs, batch: Batch, progress: float
    ) -> dict[str, Tensor]:
        """The discrepancy; see `Method.align`."""
        scale = median_scale(source.latent, target.latent)
        scales = [width * scale for width in self.widths]
        return {"mmd": self.strength(progress) * mmd(source.latent, target.latent, scales)}
