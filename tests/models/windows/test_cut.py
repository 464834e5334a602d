from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import TrainingError
from models.windows import UNKNOWN, Series, Windows, cut, cut_all, cut_at
from models.windows.cut import label_of


def series(samples: int, name: str = "s", labels: list[int] | None = None) -> Series:
    values = np.arange(samples * 2, dtype=np.float64).reshape(samples, 2) / 3
    points = None if labels is None else np.array(labels, np.int64)
    return Series(name, np.arange(samples, dtype=np.int64), values, points)


@given(st.integers(0, 40), st.integers(1, 12), st.integers(1, 5), st.integers(0, 9))
def test_every_window_is_the_slice_it_stands_for(
    samples: int, length: int, stride: int, dropped: int
) -> None:
    whole = series(samples + dropped)
    part = whole.part(dropped, len(whole))
    windows = cut(part, length, stride)
    assert len(windows) == len(range(0, samples - length + 1, stride))
    for values, first, last in zip(windows.values, windows.first, windows.last, strict=True):
        np.testing.assert_array_equal(values, whole.values[first : last + 1].T.astype(np.float32))
        assert (first - dropped) % stride == 0
        assert last - first + 1 == length


def test_a_window_ends_where_it_is_asked_to() -> None:
    found = cut_at(series(10), np.array([9, 3, 4]), 4)
    assert found.last.tolist() == [9, 3, 4]
    assert found.values[1, 0].tolist() == pytest.approx([0, 2 / 3, 4 / 3, 2])
    assert (found.labels == UNKNOWN).all()


@pytest.mark.parametrize("end", [2, 10])
def test_a_window_beyond_the_series_is_refused(end: int) -> None:
    with pytest.raises(TrainingError, match=f"ends with sample {end} of 10"):
        cut_at(series(10), np.array([5, end]), 4)


@given(st.lists(st.lists(st.integers(-1, 3), min_size=5, max_size=5), min_size=1, max_size=20))
def test_labels_are_what_the_rule_says(points: list[list[int]]) -> None:
    def most_frequent(found: list[int]) -> int:
        counts = Counter(found)
        return min(counts, key=lambda each: (-counts[each], each))

    for rule in ("any", "majority", "last"):
        labels = label_of(np.array(points, np.int64), rule)
        for window, label in zip(points, labels.tolist(), strict=True):
            if rule == "last":
                assert label == window[-1]
            elif UNKNOWN in window:
                assert label == UNKNOWN
            elif rule == "majority":
                assert label == most_frequent(window)
            else:
                assert label == most_frequent([each for each in window if each] or [0])


def test_no_window_spans_two_series() -> None:
    joined = cut_all([series(5, "a", [0] * 5), series(5, "b", [0, 0, 0, 0, 1])], 4, 1)
    assert joined.names == ("a", "b")
    assert joined.groups.tolist() == [0, 0, 1, 1]
    assert joined.prevalence == 0.25
    assert len(joined.normal) == 3


def test_sets_that_share_a_series_are_joined_under_one_name() -> None:
    one = cut(series(8, "a").part(0, 4), 4, 1)
    joined = Windows.join([cut(series(4, "b"), 4, 1), one, cut(series(8, "a").part(4, 8), 4, 1)])
    assert joined.names == ("b", "a")
    assert joined.groups.tolist() == [0, 1, 1]
    assert joined.first.tolist() == [0, 0, 4]


def test_an_unknown_label_is_not_taken_for_normal() -> None:
    with pytest.raises(TrainingError, match="window 0 has no label"):
        _ = cut(series(4), 4, 1).prevalence


@pytest.mark.parametrize(("length", "stride"), [(0, 1), (1, 0)])
def test_a_window_without_samples_is_refused(length: int, stride: int) -> None:
    with pytest.raises(TrainingError, match=f"length {length} and stride {stride}"):
        cut(series(5), length, stride)


def test_a_series_that_runs_backwards_names_its_row() -> None:
    with pytest.raises(TrainingError, match="series s: row 3 is earlier"):
        Series("s", np.array([0, 5, 4]), np.zeros((3, 1)))


def test_a_series_of_unequal_columns_is_refused() -> None:
    with pytest.raises(TrainingError, match="3 times, 3 samples and 2 labels"):
        Series("s", np.arange(3), np.zeros((3, 1)), np.zeros(2, np.int64))
