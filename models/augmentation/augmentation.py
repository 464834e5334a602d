"""The interface of an augmentation, and several in a row."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from torch import Generator, Tensor

from models.errors import TrainingError


class Augmentation(ABC):
    """Changes raw windows in one way.

    All randomness comes from the generator it is given, so that a seed gives the same windows.

    Attributes:
        kind: its name in a training file.
    """

    kind: ClassVar[str]

    @abstractmethod
    def __call__(self, windows: Tensor, scales: Tensor, random: Generator) -> Tensor:
        """Changed copies of windows, of the same shape.

        Args:
            windows: float32 [batch, channels, length], raw.
            scales: float32 [batch, channels, 1], deviation of each channel in the domain of each
                window: how large a change is meant to be is said in these.
            random: of all choices.
        """


class Chain(Augmentation):
    """Several, one after the other."""

    kind: ClassVar[str] = "chain"

    def __init__(self, steps: Sequence[Augmentation]) -> None:
        """The steps in their order."""
        self.steps = tuple(steps)

    def __call__(self, windows: Tensor, scales: Tensor, random: Generator) -> Tensor:
        """See `Augmentation`."""
        for step in self.steps:
            windows = step(windows, scales, random)
        return windows


def positive(name: str, value: float, most: float = float("inf")) -> float:
    """A setting above 0 and at most `most`.

    Raises:
        TrainingError: when it is not.
    """
    if not 0 < value <= most:
        bound = "" if most == float("inf") else f" and at most {most:g}"
        raise TrainingError(f"{name}: {value:g}, expected above 0{bound}")
    return value
