"""What a derived channel is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from torch import Tensor, nn

from models.windows import Floats


class Feature(nn.Module, ABC):
    """Rows computed from rows of a window, with numbers of the domain where it needs some.

    Attributes:
        kind: its name in a window definition.
        names: of the rows that it gives.
        parameters_of_domain: how many numbers it takes of a domain.
        in_own_units: whether its rows are measured from something of the domain already; they are
            then not standardised by the domain, which would take out what they say.
        still: whether each of its rows is one number, the same at all samples of a window.
    """

    kind: ClassVar[str]
    names: tuple[str, ...]
    parameters_of_domain: int = 0
    in_own_units: bool = False
    still: bool = False

    @property
    def numbers(self) -> tuple[str, ...]:
        """Names of the domain's numbers, `parameters_of_domain` of them."""
        return tuple(f"{self.names[0]}.{at}" for at in range(self.parameters_of_domain))

    @abstractmethod
    def forward(self, windows: Tensor, parameters: Tensor) -> Tensor:
        """The derived rows.

        Args:
            windows: float32 [batch, channels, length], the raw channels.
            parameters: float32 [batch or 1, parameters_of_domain].

        Returns:
            float32 [batch, rows, length].
        """

    def estimate(self, windows: Floats, normal: Floats | None = None) -> Floats:
        """The domain's numbers, float32 [parameters_of_domain], from its unlabelled windows.

        Args:
            windows: float32 [count, channels, length].
            normal: those of them that are declared to be normal; None where none are.

        Raises:
            TrainingError: when they cannot be told from these windows.
        """
        return windows[0, 0, :0]
