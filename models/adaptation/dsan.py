"""DSAN: the same mean of features in both domains, class by class."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from models.adaptation.losses import local_mmd, median_scale
from models.adaptation.method import Batch
from models.adaptation.mmd import MMD
from models.networks.network import Outputs


class DSAN(MMD):
    """Brings each class's latent vectors together, those of the target by what they are taken for.

    Assumes that the classifier is right about most target windows. Fails where it takes a class
    for another: that mistake is then aligned too.
    Source: Zhu et al., Deep Subdomain Adaptation Network for Image Classification, TNNLS 2021.
    """

    name: ClassVar[str] = "dsan"

    def align(
        self, source: Outputs, target: Outputs, batch: Batch, progress: float
    ) -> dict[str, Tensor]:
        """The discrepancy by class; see `Method.align`."""
        scale = median_scale(source.latent, target.latent)
        truth = functional.one_hot(batch.labels, source.logits.shape[1]).to(torch.float32)
        taken = target.logits.softmax(dim=1).detach()
        scales = [width * scale for width in self.widths]
        distance = local_mmd(source.latent, target.latent, truth, taken, scales)
        return {"local_mmd": self.strength(progress) * distance}
