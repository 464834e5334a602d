"""Temporal mixing: windows between the domains, contrasted with what they were made of."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from models.adaptation.losses import entropy
from models.adaptation.method import Batch, Method
from models.adaptation.schedule import ramp
from models.selection.space import Range, Space


class CoTMix(Method):
    """Mixes each window with the moving average of one of the other domain.

    Mixed source windows keep their class, mixed target windows are near the windows they were made
    of. Assumes that what lasts in a window (its slow part) carries the domain, and what is quick
    the class. Fails where the class is in the slow part.
    Source: Eldele et al., Contrastive Domain Adaptation for Time-Series via Temporal Mixup, IEEE
    TAI 2023.

    Attributes:
        weight: of the contrasts and of the entropy at the end of their ramp.
        share: of the own window in a mixture, above a half.
        reach: samples of the moving average.
        temperature: of the similarities.
    """

    name: ClassVar[str] = "cotmix"
    space: ClassVar[Space] = {"weight": Range(0.02, 0.5, log=True), "share": Range(0.6, 0.95)}

    def __init__(
        self, weight: float = 0.1, share: float = 0.8, reach: int = 9, temperature: float = 0.2
    ) -> None:
        """The method with its numbers."""
        self.weight = weight
        self.share = share
        self.reach = reach
        self.temperature = temperature

    def strength(self, progress: float) -> float:
        """Weight of what mixtures are asked for; see `Method.strength`."""
        return self.weight * ramp(progress, 0.0, 0.3)

    def losses(self, batch: Batch, progress: float) -> dict[str, Tensor]:
        """Supervised loss, contrasts with the mixtures and entropy; see `Method.losses`."""
        network = self.context.network
        target_domain = network.target
        source, target = self.judge_both(batch)
        parts = self.supervised(source, batch.labels)
        count = min(len(batch.source), len(batch.target))
        one = torch.cat(
            [network.rows(batch.source[at : at + 1], int(batch.origin[at])) for at in range(count)]
        )
        other = network.rows(batch.target[:count], target_domain)
        near_source = self.share * one + (1.0 - self.share) * self._slow(other)
        near_target = self.share * other + (1.0 - self.share) * self._slow(one)
        mixed_source = network.judge(near_source, 0).latent
        mixed_target = network.judge(near_target, target_domain).latent
        weight = self.strength(progress)
        parts["source_contrast"] = weight * self._class_contrast(
            source.latent[:count], mixed_source, batch.labels[:count]
        )
        parts["target_contrast"] = weight * self._pair_contrast(target.latent[:count], mixed_target)
        parts["entropy"] = weight * entropy(target.logits).mean()
        return parts

    def _slow(self, rows: Tensor) -> Tensor:
        """Moving average over `reach` samples around each."""
        return functional.avg_pool1d(
            rows, self.reach, stride=1, padding=self.reach // 2, count_include_pad=False
        )

    def _pair_contrast(self, one: Tensor, other: Tensor) -> Tensor:
        """Each window is nearer to its own mixture than to those of others."""
        alike = functional.normalize(one) @ functional.normalize(other).T / self.temperature
        own = torch.arange(len(one), device=one.device)
        return functional.cross_entropy(alike, own)

    def _class_contrast(self, one: Tensor, other: Tensor, labels: Tensor) -> Tensor:
        """Each window is nearer to mixtures of its class than to those of others."""
        alike = functional.normalize(one) @ functional.normalize(other).T / self.temperature
        same = (labels[:, None] == labels[None, :]).float()
        logs = alike.log_softmax(dim=1)
        return -((logs * same).sum(dim=1) / same.sum(dim=1)).mean()
