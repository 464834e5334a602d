"""What a network is to learn from labelled windows, whatever the method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from models.windows import NORMAL, Ints

Balance = Literal["none", "weights", "focal", "oversampling"]


@dataclass(frozen=True)
class Objective:
    """Classification and reconstruction losses.

    Attributes:
        weights: float32 [classes], of the classes in the classification loss.
        focus: exponent of the focal loss; 0 is plain cross entropy.
        smoothing: share of a label that is spread over all classes.
        reconstruction: weight of the reconstruction error.
    """

    weights: Tensor
    focus: float = 0.0
    smoothing: float = 0.0
    reconstruction: float = 0.5

    @staticmethod
    def of(
        labels: Ints,
        classes: int,
        balance: Balance,
        reconstruction: float = 0.5,
        device: torch.device | None = None,
    ) -> Objective:
        """The objective for labels of some frequencies.

        Args:
            labels: int64 [count], of the training windows.
            classes: how many there are.
            balance: `weights`: classes count as much as each other; `focal`: windows that are
                judged well already count less (Lin et al., ICCV 2017); `oversampling`: left to the
                choice of batches; `none`: windows count as much as each other.
            reconstruction: weight of the reconstruction error.
            device: of the windows that are judged; None: the CPU.
        """
        counts = np.bincount(labels, minlength=classes).astype(np.float64)
        even = np.where(counts > 0, len(labels) / (np.maximum(counts, 1) * (counts > 0).sum()), 0.0)
        weights = even if balance == "weights" else np.ones(classes)
        focus = 2.0 if balance == "focal" else 0.0
        of_classes = torch.from_numpy(weights).float().to(device or torch.device("cpu"))
        return Objective(of_classes, focus, 0.0, reconstruction)

    def classification(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Mean loss of logits, float32 [batch, classes], against labels, int64 [batch]."""
        losses = functional.cross_entropy(
            logits, labels, reduction="none", label_smoothing=self.smoothing
        )
        if self.focus:
            losses = losses * (1.0 - torch.exp(-losses)).pow(self.focus)
        weights = self.weights[labels]
        return (losses * weights).sum() / weights.sum().clamp(min=1e-12)

    def rebuilding(self, error: Tensor, labels: Tensor) -> Tensor:
        """Mean reconstruction error of the normal windows, weighted.

        The decoder learns normal windows only: what it has learnt to rebuild does not stand out.
        """
        normal = (labels == NORMAL).float()
        return self.reconstruction * (error * normal).sum() / normal.sum().clamp(min=1.0)
