"""A domain and its samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.training.definition import Domain
from models.windows import Series


@dataclass(frozen=True)
class Given:
    """A domain of a training file and its samples."""

    domain: Domain
    series: Sequence[Series]

    @property
    def hours(self) -> float:
        """Length of its series together, from first to last sample."""
        spans = [int(each.time[-1] - each.time[0]) for each in self.series if len(each)]
        return sum(spans) / 3_600_000
