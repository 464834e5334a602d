from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import TrainingError
from models.normaliser import Normaliser
from models.windows import Windows, cut, labels_of


@given(st.integers(0, 40), st.integers(1, 12), st.integers(1, 5), st.data())
def test_every_window_is_the_slice_it_stands_for(
    samples: int, length: int, stride: int, data: st.DataObject
) -> None:
    values = np.arange(samples * 2, dtype=np.float64).reshape(samples, 2)
    points = np.array(data.draw(st.lists(st.booleans(), min_size=samples, max_size=samples)), bool)
    windows, labels = cut(values, length, stride), labels_of(points, length, stride)
    starts = range(0, samples - length + 1, stride)
    assert len(windows) == len(labels) == len(starts)
    for window, label, start in zip(windows, labels, starts, strict=True):
        np.testing.assert_array_equal(window, values[start : start + length].T)
        assert label == any(points[start : start + length])


def test_no_window_spans_two_series() -> None:
    one = Windows(cut(np.zeros((5, 1)), 4, 1), labels_of(np.zeros(5, bool), 4, 1))
    two = Windows(cut(np.ones((5, 1)), 4, 1), labels_of(np.ones(5, bool), 4, 1))
    joined = Windows.join([one, two])
    assert len(joined) == 4
    assert joined.prevalence == 0.5
    assert len(joined.normal) == 2
    assert all(len(np.unique(window)) == 1 for window in joined.values)


def test_a_window_without_samples_is_refused() -> None:
    with pytest.raises(TrainingError, match="length 0"):
        cut(np.zeros((5, 1)), 0, 1)


def test_normalised_windows_have_mean_0_and_deviation_1() -> None:
    windows = np.random.default_rng(0).normal([[5.0], [-3.0]], 2.0, (50, 2, 8)).astype(np.float32)
    scaled = Normaliser.fit(windows, ("a", "b")).apply(windows)
    np.testing.assert_allclose(scaled.mean(axis=(0, 2)), 0.0, atol=1e-5)
    np.testing.assert_allclose(scaled.std(axis=(0, 2)), 1.0, atol=1e-5)


def test_a_relative_channel_keeps_how_it_moves_and_loses_its_level() -> None:
    random = np.random.default_rng(0)
    windows = random.normal(size=(50, 2, 8)).astype(np.float32)
    fitted = Normaliser.fit(windows, ("a", "b"), relative=("b",))
    shifted = windows + np.float32(5.0)  # not so far that a value is cut off at its bound
    np.testing.assert_allclose(fitted.apply(shifted)[:, 1], fitted.apply(windows)[:, 1], atol=1e-4)
    moved = fitted.apply(shifted)[:, 0] - fitted.apply(windows)[:, 0]
    np.testing.assert_allclose(moved, 5.0 / fitted.deviation[0], rtol=1e-4)


@pytest.mark.parametrize(
    ("value", "message"), [(np.nan, "channels b: NaN"), (0.0, "channels b: constant")]
)
def test_a_channel_that_cannot_be_normalised_is_named(value: float, message: str) -> None:
    windows = np.random.default_rng(0).normal(size=(5, 2, 8)).astype(np.float32)
    windows[:, 1] = value
    with pytest.raises(TrainingError, match=message):
        Normaliser.fit(windows, ("a", "b"))


def test_no_window_at_all_is_refused() -> None:
    with pytest.raises(TrainingError, match="no window"):
        Normaliser.fit(np.empty((0, 2, 8), dtype=np.float32), ("a", "b"))
