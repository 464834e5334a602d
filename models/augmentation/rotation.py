"""A sensor that sits a little differently."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Generator, Tensor
from torch.nn import functional

from models.augmentation.augmentation import Augmentation, positive
from models.drawing import normal, uniform
from models.errors import TrainingError


class Rotation(Augmentation):
    """Turns vectors of three channels, all of a window alike, by a small angle about any axis.

    Assumes that the triads belong to one rigid body, such as accelerometer and gyroscope of one
    box, and that it may be mounted or worn askew.
    Source: Um et al., Data Augmentation of Wearable Sensor Data, ICMI 2017.
    """

    kind: ClassVar[str] = "rotation"

    def __init__(self, triads: Sequence[Sequence[int]], degrees: float = 15.0) -> None:
        """A rotation.

        Args:
            triads: indices of the three channels of each vector.
            degrees: largest angle.

        Raises:
            TrainingError: when a triad has not three channels, or there is none.
        """
        if not triads or any(len(set(triad)) != 3 for triad in triads):
            raise TrainingError(f"rotation.triads: {list(triads)}, expected three channels each")
        self.triads = [list(triad) for triad in triads]
        self.degrees = positive("rotation.degrees", degrees, 180.0)

    def __call__(self, windows: Tensor, scales: Tensor, random: Generator) -> Tensor:
        """See `Augmentation`."""
        turns = self._turns(len(windows), random, windows.device)
        turned = windows.clone()
        for triad in self.triads:
            turned[:, triad] = turns @ windows[:, triad]
        return turned

    def _turns(self, count: int, random: Generator, device: torch.device) -> Tensor:
        """Rotation matrices, float32 [count, 3, 3], by Rodrigues' formula."""
        axis = functional.normalize(normal((count, 3), random, device), dim=1)
        angle = uniform((count, 1, 1), random, device) * math.radians(self.degrees)
        zero = torch.zeros(count, device=device)
        x, y, z = axis.unbind(dim=1)
        cross = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], dim=1).reshape(-1, 3, 3)
        return (
            torch.eye(3, device=device)
            + angle.sin() * cross
            + (1.0 - angle.cos()) * (cross @ cross)
        )
