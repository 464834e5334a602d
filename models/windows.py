"""Windows cut from a series, as the streaming job cuts them, and their labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.errors import TrainingError

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Windows:
    """Labelled windows.

    Attributes:
        values: float32 [count, channels, length].
        labels: bool [count], whether a window is anomalous.
    """

    values: Floats
    labels: Bools

    def __len__(self) -> int:
        return len(self.values)

    @property
    def prevalence(self) -> float:
        """Share of anomalous windows; NaN without windows."""
        return float(self.labels.mean()) if len(self) else float("nan")

    @property
    def normal(self) -> Floats:
        """The windows that are not anomalous, float32 [count, channels, length]."""
        return self.values[~self.labels]

    @staticmethod
    def join(parts: list[Windows]) -> Windows:
        """All windows of several series, in order; none of them spans two series."""
        return Windows(
            np.concatenate([part.values for part in parts]),
            np.concatenate([part.labels for part in parts]),
        )


def cut(values: Doubles, length: int, stride: int) -> Floats:
    """Windows of a series, the last of which ends at or before its end.

    Args:
        values: float64 [samples, channels].
        length: samples of a window.
        stride: samples between the starts of two windows.

    Returns:
        float32 [count, channels, length]; count is 0 when the series is shorter than a window.

    Example:
        >>> import numpy as np
        >>> cut(np.arange(6.0)[:, None], length=3, stride=2)[:, 0].tolist()
        [[0.0, 1.0, 2.0], [2.0, 3.0, 4.0]]
    """
    _positive(length, stride)
    if len(values) < length:
        return np.empty((0, values.shape[1], length), dtype=np.float32)
    views = np.lib.stride_tricks.sliding_window_view(values, length, axis=0)[::stride]
    return np.ascontiguousarray(views, dtype=np.float32)


def labels_of(points: Bools, length: int, stride: int) -> Bools:
    """Labels of the windows that `cut` gives: anomalous when any point is.

    Args:
        points: bool [samples], whether a point is anomalous.
        length: samples of a window.
        stride: samples between the starts of two windows.
    """
    _positive(length, stride)
    if len(points) < length:
        return np.empty(0, dtype=bool)
    views = np.lib.stride_tricks.sliding_window_view(points, length)[::stride]
    labels: Bools = views.any(axis=1)
    return labels


def _positive(length: int, stride: int) -> None:
    if length < 1 or stride < 1:
        raise TrainingError(f"window length {length} and stride {stride}, expected 1 or more")
