"""UCI HAR as AdaTime divides it: a subject is a domain, six activities are the classes.

The project's own check for leakage would refuse this division, and it is used all the same, since
every published figure is made on it: windows overlap by half and were shuffled before they were
divided, so most test windows share half of their samples with a training window of the same
subject. No label of a test window is learnt from; `shared_halves` says how many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from models.windows import Floats, Windows
from tidegate.errors import FileFormatError

TRIADS = [[f"{kind}_{axis}" for axis in "xyz"] for kind in ("body", "gyro", "total")]
CHANNELS = [name for triad in TRIADS for name in triad]
LENGTH = 128
PAIRS = "2-11,6-23,7-13,9-18,12-16,18-27,20-5,24-8,28-27,30-20"


@dataclass(frozen=True)
class Pair:
    """Two subjects: of the first the labels are known."""

    source: int
    target: int

    @staticmethod
    def read(text: str) -> Pair:
        """From `2-11`.

        Raises:
            ValueError: when it is none.
        """
        source, _, target = text.partition("-")
        return Pair(int(source), int(target))

    def __str__(self) -> str:
        """As it is written in a table."""
        return f"{self.source}→{self.target}"


def read(folder: Path, subject: int, part: Literal["train", "test"]) -> Windows:
    """Windows of a subject, float32 [count, 9, 128].

    Args:
        folder: with `subject_02.npz` and so on.
        subject: its number.
        part: of AdaTime's division.

    Raises:
        FileFormatError: when the file is missing or has other arrays.
    """
    path = folder / f"subject_{subject:02d}.npz"
    try:
        with np.load(path) as file:
            values, labels = file[f"{part}_x"], file[f"{part}_y"]
    except (OSError, ValueError, KeyError) as error:
        raise FileFormatError(
            f"{path}: {error}; expected arrays {part}_x and {part}_y of AdaTime's UCI HAR"
        ) from error
    if values.shape[1:] != (len(CHANNELS), LENGTH):
        raise FileFormatError(
            f"{path}: {part}_x is {list(values.shape)}, expected [count, {len(CHANNELS)}, {LENGTH}]"
        )
    # Their rows in the recording are not known, so no check for leakage can find the shared halves.
    return Windows.of(values, labels, f"{part} of subject {subject}")


def shared_halves(train: Windows, test: Windows) -> int:
    """How many test windows have half of their samples in a training window."""
    known = {half for window in train.values for half in _halves(window)}
    return sum(any(half in known for half in _halves(window)) for window in test.values)


def _halves(window: Floats) -> tuple[bytes, bytes]:
    return window[:, : LENGTH // 2].tobytes(), window[:, LENGTH // 2 :].tobytes()
