"""A series: the samples of one group, in the order in which they were taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.errors import TrainingError
from models.windows.arrays import Doubles, Floats, Ints


@dataclass(frozen=True)
class Cuts:
    """Windows that matches of a pattern have cut of a series, as the stream cuts them.

    Attributes:
        last: int64 [count], rows of their last samples in the series.
        values: float32 [count, channels, length].
    """

    last: Ints
    values: Floats

    def __len__(self) -> int:
        return len(self.last)

    def within(self, start: int, stop: int) -> Cuts:
        """Those with all samples in rows `start` to `stop`, exclusive."""
        inside = (self.last - self.values.shape[2] + 1 >= start) & (self.last < stop)
        return Cuts(self.last[inside], self.values[inside])


@dataclass(frozen=True)
class Series:
    """The samples of one session, file, entity or subject; no window spans two series.

    Attributes:
        name: of the group.
        time: int64 [samples], epoch ms, never decreasing.
        values: float64 [samples, channels].
        labels: int64 [samples], class of each sample, 0 for normal and -1 for unknown; None where
            there are none.
        row: number of the first sample in the series this is a part of.
        cuts: its windows where they are cut at matches of a pattern; else None.
    """

    name: str
    time: Ints
    values: Doubles
    labels: Ints | None = None
    row: int = 0
    cuts: Cuts | None = None

    def __post_init__(self) -> None:
        """Checks that the arrays belong together.

        Raises:
            TrainingError: when their lengths differ, or time runs backwards.
        """
        counts = {len(self.time), len(self.values)}
        if self.labels is not None:
            counts.add(len(self.labels))
        if len(counts) > 1:
            raise TrainingError(
                f"series {self.name}: {len(self.time)} times, {len(self.values)} samples and "
                f"{'no' if self.labels is None else len(self.labels)} labels, expected as many"
            )
        back = np.flatnonzero(np.diff(self.time) < 0)
        if len(back):
            raise TrainingError(
                f"series {self.name}: row {self.row + int(back[0]) + 2} is earlier than the row "
                "before it; sort the series by time"
            )

    def __len__(self) -> int:
        return len(self.values)

    def part(self, start: int, stop: int) -> Series:
        """Samples `start` to `stop`, exclusive, with the row numbers they have here."""
        return Series(
            self.name,
            self.time[start:stop],
            self.values[start:stop],
            None if self.labels is None else self.labels[start:stop],
            self.row + start,
            None if self.cuts is None else self.cuts.within(self.row + start, self.row + stop),
        )

    def without_labels(self) -> Series:
        """The same samples, their labels left behind."""
        return Series(self.name, self.time, self.values, None, self.row, self.cuts)
