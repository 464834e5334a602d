"""Cutting a series into windows, as the streaming job cuts them, and labelling them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from models.errors import TrainingError
from models.windows.arrays import Ints
from models.windows.series import Series
from models.windows.windows import NORMAL, UNKNOWN, Windows

LabelRule = Literal["any", "majority", "last"]


def cut(series: Series, length: int, stride: int, label: LabelRule = "any") -> Windows:
    """Windows of a series every `stride` samples, the first from its first sample.

    Args:
        series: to cut.
        length: samples of a window.
        stride: samples between the starts of two windows.
        label: how the labels of a window's samples become the window's, see `label_of`.

    Returns:
        None where the series is shorter than a window.

    Raises:
        TrainingError: when length or stride is below 1.
    """
    if length < 1 or stride < 1:
        raise TrainingError(f"window length {length} and stride {stride}, expected 1 or more")
    return cut_at(series, np.arange(length - 1, len(series), stride, dtype=np.int64), length, label)


def cut_at(series: Series, ends: Ints, length: int, label: LabelRule = "any") -> Windows:
    """Windows of a series that end with given samples: those where a pattern has matched.

    Args:
        series: to cut.
        ends: int64 [count], indices of the last samples, each at least `length` - 1.
        length: samples of a window.
        label: how the labels of a window's samples become the window's, see `label_of`.

    Raises:
        TrainingError: when a window would begin before the series or end after it.
    """
    outside = (ends < length - 1) | (ends >= len(series))
    if outside.any():
        raise TrainingError(
            f"series {series.name}: a window of {length} samples that ends with sample "
            f"{int(ends[outside][0])} of {len(series)}"
        )
    rows = ends[:, None] - np.arange(length - 1, -1, -1)
    # The stream holds a sample as float32 before it cuts, so this is its rounding too.
    values = np.ascontiguousarray(series.values.astype(np.float32)[rows].transpose(0, 2, 1))
    labels = (
        np.full(len(ends), UNKNOWN, np.int64)
        if series.labels is None
        else label_of(series.labels[rows], label)
    )
    return Windows(
        values,
        np.zeros(len(ends), np.int64),
        (series.name,),
        series.row + ends - length + 1,
        series.row + ends,
        labels,
    )


def cut_at_matches(series: Series, label: LabelRule = "any") -> Windows:
    """The windows that matches have cut of a series, with the labels of their samples.

    Args:
        series: with its cuts.
        label: how the labels of a window's samples become the window's, see `label_of`.

    Raises:
        TrainingError: when the series has no cuts.
    """
    if series.cuts is None:
        raise TrainingError(f"series {series.name}: no pattern was replayed over it")
    last, values = series.cuts.last, series.cuts.values
    length = values.shape[2]
    rows = (last - series.row)[:, None] - np.arange(length - 1, -1, -1)
    labels = (
        np.full(len(last), UNKNOWN, np.int64)
        if series.labels is None
        else label_of(series.labels[rows], label)
    )
    return Windows(
        values, np.zeros(len(last), np.int64), (series.name,), last - length + 1, last, labels
    )


def cut_all(
    series: Sequence[Series], length: int, stride: int, label: LabelRule = "any"
) -> Windows:
    """Windows of several series, see `cut`.

    Raises:
        TrainingError: when there is no series.
    """
    return Windows.join([cut(each, length, stride, label) for each in series])


def label_of(points: Ints, rule: LabelRule) -> Ints:
    """Labels of windows from those of their samples.

    Args:
        points: int64 [count, length], classes of the samples.
        rule: `any`: the most frequent class that is not normal, where one sample has one;
            `majority`: the most frequent class; `last`: the last sample's. The smaller class
            decides between two that are as frequent. A window with a sample of unknown class has
            an unknown class itself, but by `last`, where only the last sample counts.

    Raises:
        TrainingError: when there is no such rule.
    """
    if rule not in get_args(LabelRule):
        raise TrainingError(f"label rule {rule!r}, expected {', '.join(get_args(LabelRule))}")
    if rule == "last":
        last: Ints = points[:, -1]
        return last
    classes = max(int(points.max(initial=0)) + 1, 1)
    counts = np.stack([(points == each).sum(axis=1) for each in range(classes)], axis=1)
    if rule == "any":
        counts[:, NORMAL] = np.where(counts[:, NORMAL + 1 :].any(axis=1), -1, 1)
    return np.where((points == UNKNOWN).any(axis=1), UNKNOWN, counts.argmax(axis=1))
