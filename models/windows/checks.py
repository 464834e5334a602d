"""What is refused before anything is trained: each with its place and what to do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.errors import TrainingError
from models.windows.series import Series
from models.windows.windows import UNKNOWN, Unlabelled, Windows


def check_series(series: Sequence[Series], channels: Sequence[str], place: str) -> None:
    """Refuses samples that no network can learn from.

    Args:
        series: of one domain.
        channels: names of their columns.
        place: what they are, for the message.

    Raises:
        TrainingError: no series, a value that is not finite (with its row in the series, the
            first being 1), a constant channel.
    """
    check_finite(series, channels, place)
    every = np.concatenate([each.values for each in series])
    low, high = np.fmin.reduce(every, axis=0), np.fmax.reduce(every, axis=0)
    still = [name for name, same in zip(channels, low == high, strict=True) if same]
    if still:
        raise TrainingError(f"{place}: column {still[0]} never changes; leave it out")


def check_finite(series: Sequence[Series], channels: Sequence[str], place: str) -> None:
    """Refuses samples that cannot be scored; see `check_series`.

    Where matches cut the windows samples may be missing: the stream cuts no windows with them.

    Raises:
        TrainingError: no series, or a value that is not finite (with its row).
    """
    if not series:
        raise TrainingError(f"{place}: no series")
    for each in series:
        gaps = each.cuts is not None
        broken = np.argwhere(np.isinf(each.values) if gaps else ~np.isfinite(each.values))
        if len(broken):
            row, column = (int(at) for at in broken[0])
            # Counted as the rows of a file are, where the reader names one.
            where = f"series {each.name}, row {each.row + row + 1}, column {channels[column]}"
            raise TrainingError(
                f"{place}: {where}: {each.values[row, column]}, expected a finite number; fill or "
                "drop the row"
            )


def check_windows(windows: Unlabelled, batch: int, place: str) -> None:
    """Refuses windows that cannot be trained or measured on.

    Raises:
        TrainingError: fewer than a batch, values that are not finite, and of labelled windows
            those of one class only or without a label.
    """
    if len(windows) < batch:
        raise TrainingError(
            f"{place}: {len(windows)} windows, expected at least {batch}; give more data, a "
            "smaller stride or a smaller batch"
        )
    broken = ~np.isfinite(windows.values).all(axis=(1, 2))
    if broken.any():
        raise TrainingError(f"{place}: window {int(np.flatnonzero(broken)[0])} has NaN or infinity")
    if isinstance(windows, Windows):
        _check_labels(windows, place)


def check_domains_differ(source: Unlabelled, target: Unlabelled) -> None:
    """Refuses a target that is the source.

    Raises:
        TrainingError: when both have the same windows.
    """
    if source.values.shape == target.values.shape and np.array_equal(source.values, target.values):
        raise TrainingError(
            "target windows are those of the source; name the data of another domain, or train "
            "without a target"
        )


def _check_labels(windows: Windows, place: str) -> None:
    if (windows.labels == UNKNOWN).any():
        row = int(np.flatnonzero(windows.labels == UNKNOWN)[0])
        raise TrainingError(f"{place}: window {row} has no label")
    found = np.unique(windows.labels)
    if len(found) == 1:
        kind = "normal" if found[0] == 0 else f"of class {found[0]}"
        raise TrainingError(
            f"{place}: all {len(windows)} windows are {kind}, expected two classes or more"
        )
