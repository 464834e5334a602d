"""How far a slow direction, such as gravity, is from where the domain usually has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from models.errors import TrainingError
from models.features.feature import Feature
from models.windows import Floats


class Angle(Feature):
    """Three rows: where the direction of a window's mean vector points, seen from a reference.

    The mean of an accelerometer's window is mostly gravity. Where the sensor sits differently on
    every wearer or machine, its direction says nothing by itself, but how far it is from the
    direction during motion does: lying, standing and sitting differ in it. The rows are constant
    within a window: the angle to the reference in radians, and how far the direction leans towards
    the two axes that the reference is not nearest to, once the reference is turned upright.

    The reference is the mean direction over the domain's windows that move most, which need no
    labels to be told: a fixed share of them by the deviation of the magnitude.
    """

    kind: ClassVar[str] = "angle"
    parameters_of_domain = 3
    in_own_units = True
    still = True

    def __init__(self, name: str, of: Sequence[int], moving: float = 0.3) -> None:
        """An angle.

        Args:
            name: of the rows' first part.
            of: indices of the vector's three components.
            moving: share of the windows, those that move most, that make the reference.

        Raises:
            TrainingError: when there are not three components.
        """
        super().__init__()
        if len(of) != 3:
            raise TrainingError(f"feature {name}: {len(of)} components, expected 3")
        self.names = (f"{name}.angle", f"{name}.first", f"{name}.second")
        self.of = list(of)
        self.moving = moving

    @property
    def numbers(self) -> tuple[str, ...]:
        """See `Feature.numbers`."""
        name = self.names[0].removesuffix(".angle")
        return tuple(f"{name}.reference.{axis}" for axis in ("x", "y", "z"))

    def estimate(self, windows: Floats, normal: Floats | None = None) -> Floats:
        """See `Feature.estimate`."""
        vectors = windows[:, self.of]
        motion = np.linalg.norm(vectors, axis=1).std(axis=1)
        count = max(1, round(self.moving * len(windows)))
        chosen = vectors[np.argsort(-motion, kind="stable")[:count]].mean(axis=2)
        mean = chosen.mean(axis=0, dtype=np.float64)
        size = float(np.linalg.norm(mean))
        if size < 1e-6:
            raise TrainingError(
                f"feature {self.names[0]}: the mean vector of the moving windows is 0; it has no "
                "direction to refer to"
            )
        reference: Floats = (mean / size).astype(np.float32)
        return reference

    def forward(self, windows: Tensor, parameters: Tensor) -> Tensor:
        """See `Feature.forward`."""
        mean = windows[:, self.of].mean(dim=2)
        direction = mean / (mean.square().sum(dim=1, keepdim=True) + 1e-12).sqrt()
        along = (direction * parameters).sum(dim=1, keepdim=True)
        # The smallest rotation that takes the reference to the axis it is nearest to: unlike other
        # frames around it, it moves as little as the reference does, so that rows mean the same
        # on sensors that sit nearly alike.
        nearest = parameters.abs().argmax(dim=1)
        axis, one, other = (_axis(nearest + at) for at in range(3))
        axis = axis * (parameters * axis).sum(dim=1, keepdim=True).sign()
        half = parameters + axis
        share = (half * direction).sum(dim=1, keepdim=True) / (half * axis).sum(dim=1, keepdim=True)
        turned = direction - half * share + 2.0 * axis * along
        rest = torch.stack([(turned * one).sum(dim=1), (turned * other).sum(dim=1)], dim=1)
        across = (rest.square().sum(dim=1, keepdim=True) + 1e-12).sqrt()
        angles = torch.cat([torch.atan2(across, along), torch.asin(rest.clamp(-0.999, 0.999))], 1)
        return angles.unsqueeze(2).expand(-1, -1, windows.shape[2])


def _axis(number: Tensor) -> Tensor:
    """Unit vectors along axes, float32 [count, 3]; after axis 2 comes axis 0 again."""
    return torch.nn.functional.one_hot(number % 3, 3).float()
