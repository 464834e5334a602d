"""Windows with their labels, and windows that have none to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.errors import TrainingError
from models.windows.arrays import Bools, Floats, Ints

UNKNOWN = -1
NORMAL = 0


@dataclass(frozen=True)
class Unlabelled:
    """Windows without labels: what is handed to whatever may not look at them.

    Attributes:
        values: float32 [count, channels, length].
        groups: int64 [count], index into `names`.
        names: of the series that the windows were cut from.
        first: int64 [count], row of a window's first sample in its series.
        last: int64 [count], row of its last sample.
    """

    values: Floats
    groups: Ints
    names: tuple[str, ...]
    first: Ints
    last: Ints

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class Windows(Unlabelled):
    """Windows and what they show.

    Attributes:
        labels: int64 [count], class of a window: 0 normal, 1 anomalous or one of several classes,
            -1 unknown.
    """

    labels: Ints

    @property
    def anomalous(self) -> Bools:
        """Whether a window shows anything but the normal class, bool [count].

        Raises:
            TrainingError: when the label of one is unknown.
        """
        if (self.labels == UNKNOWN).any():
            row = int(np.flatnonzero(self.labels == UNKNOWN)[0])
            raise TrainingError(f"window {row} has no label")
        found: Bools = self.labels != NORMAL
        return found

    @property
    def prevalence(self) -> float:
        """Share of anomalous windows; NaN without windows."""
        return float(self.anomalous.mean()) if len(self) else float("nan")

    @property
    def normal(self) -> Floats:
        """The windows that are not anomalous, float32 [count, channels, length]."""
        return self.values[~self.anomalous]

    @property
    def unlabelled(self) -> Unlabelled:
        """The same windows, their labels left behind."""
        return Unlabelled(self.values, self.groups, self.names, self.first, self.last)

    @property
    def known(self) -> Windows:
        """Those with a label."""
        return self.take(self.labels != UNKNOWN)

    def take(self, rows: Ints | Bools) -> Windows:
        """Some of the windows, by index or by mask."""
        return Windows(
            self.values[rows],
            self.groups[rows],
            self.names,
            self.first[rows],
            self.last[rows],
            self.labels[rows],
        )

    @staticmethod
    def of(values: Floats, labels: Ints, name: str = "all") -> Windows:
        """Windows that overlap none of the others and are all of one group.

        Args:
            values: float32 [count, channels, length].
            labels: int64 [count].
            name: of the group.
        """
        count, _, length = values.shape
        first = np.arange(count, dtype=np.int64) * length
        return Windows(
            values, np.zeros(count, np.int64), (name,), first, first + length - 1, labels
        )

    @staticmethod
    def join(parts: Sequence[Windows]) -> Windows:
        """All windows of several sets, in order.

        Raises:
            TrainingError: when there are no parts.
        """
        if not parts:
            raise TrainingError("no windows to join")
        names = tuple(dict.fromkeys(name for part in parts for name in part.names))
        number = {name: at for at, name in enumerate(names)}
        groups = [
            np.array([number[name] for name in part.names], np.int64)[part.groups] for part in parts
        ]
        return Windows(
            np.concatenate([part.values for part in parts]),
            np.concatenate(groups),
            names,
            np.concatenate([part.first for part in parts]),
            np.concatenate([part.last for part in parts]),
            np.concatenate([part.labels for part in parts]),
        )
