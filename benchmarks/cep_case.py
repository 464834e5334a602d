"""What a case of `benchmarks.cep` is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import report


@dataclass(frozen=True)
class Options:
    """How much is measured.

    Attributes:
        classpath: of the Java programs.
        runs: measured runs of a job; figures are medians.
        warm_ups: runs before them.
        scale: of the numbers of events; 1 for figures, less for a trial.
        data: folder of the real data sets.
    """

    classpath: str
    runs: int
    warm_ups: int
    scale: float
    data: Path

    def events(self, count: int) -> int:
        """The number of events of a job, by the scale."""
        return max(1_000, int(count * self.scale))


class SkippedError(Exception):
    """Raised by a case that cannot run here; the message is the reason."""


@dataclass(frozen=True)
class CepCase:
    """One comparison.

    Attributes:
        name: for `--case`.
        about: one line for `--help`.
        minutes: wall time on two cores, all runs.
        measure: runs it.
    """

    name: str
    about: str
    minutes: float
    measure: Callable[[Options], Sequence[report.Case]]
