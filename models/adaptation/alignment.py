"""What methods have in common that bring the features of both domains together."""

from __future__ import annotations

from typing import ClassVar

from models.adaptation.method import Method
from models.adaptation.schedule import adversarial


class Alignment(Method):
    """A distance between the domains' features, which counts more and more as training goes on.

    Attributes:
        weight: of the distance at the end of its schedule, DANN's.
    """

    aligns: ClassVar[bool] = True

    def __init__(self, weight: float = 1.0) -> None:
        """The method with a weight."""
        self.weight = weight

    def strength(self, progress: float) -> float:
        """Weight of the distance; see `Method.strength`."""
        return self.weight * adversarial(progress)
