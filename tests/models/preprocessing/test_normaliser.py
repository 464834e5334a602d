from __future__ import annotations

import numpy as np
import pytest

from models.errors import TrainingError
from models.preprocessing.normaliser import Normaliser


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
