"""The interface of a criterion: larger is better, and the target's labels are never seen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from models.selection.judged import Judged


class Criterion(ABC):
    """Says which of several candidates is likely to be best on the target.

    Attributes:
        name: under which it is asked for, and stored in cards.
    """

    name: ClassVar[str]

    @abstractmethod
    def value(self, judged: Judged) -> float:
        """How good a candidate looks by itself; larger is better."""

    def values(self, candidates: Sequence[Judged]) -> list[float]:
        """How good each of several candidates looks; larger is better."""
        return [self.value(each) for each in candidates]
