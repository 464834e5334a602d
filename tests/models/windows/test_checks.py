from __future__ import annotations

import numpy as np
import pytest

from models.errors import TrainingError
from models.windows import UNKNOWN, Series, Windows
from models.windows.checks import check_domains_differ, check_series, check_windows


def series(values: list[list[float]], row: int = 0) -> Series:
    array = np.array(values, np.float64)
    return Series("s", np.arange(len(array)), array, row=row)


def windows(labels: list[int]) -> Windows:
    values = np.random.default_rng(0).normal(size=(len(labels), 1, 4)).astype(np.float32)
    return Windows.of(values, np.array(labels, np.int64))


def test_a_broken_number_is_named_with_its_row_and_column() -> None:
    message = "source: series s, row 7, column b: nan, expected a finite number"
    with pytest.raises(TrainingError, match=message):
        check_series([series([[1, 2], [3, np.nan], [4, 5]], row=5)], ["a", "b"], "source")


def test_a_constant_column_is_named() -> None:
    one, two = series([[1, 7], [2, 7]]), series([[3, 7]])
    with pytest.raises(TrainingError, match="target: column b never changes; leave it out"):
        check_series([one, two], ["a", "b"], "target")
    check_series([one, series([[3, 8]])], ["a", "b"], "target")


def test_a_domain_without_series_is_refused() -> None:
    with pytest.raises(TrainingError, match="target: no series"):
        check_series([], ["a"], "target")


def test_fewer_windows_than_a_batch_are_refused() -> None:
    with pytest.raises(TrainingError, match="target: 3 windows, expected at least 4; give more"):
        check_windows(windows([0, 1, 0]).unlabelled, 4, "target")


def test_labels_of_one_class_are_refused_where_there_are_labels() -> None:
    with pytest.raises(TrainingError, match="source: all 2 windows are normal"):
        check_windows(windows([0, 0]), 1, "source")
    check_windows(windows([0, 0]).unlabelled, 1, "target")


def test_a_window_without_a_label_is_named() -> None:
    with pytest.raises(TrainingError, match="source: window 1 has no label"):
        check_windows(windows([0, UNKNOWN, 1]), 1, "source")


def test_a_target_that_is_the_source_is_refused() -> None:
    with pytest.raises(TrainingError, match="those of the source"):
        check_domains_differ(windows([0, 1]), windows([0, 1]).unlabelled)
    check_domains_differ(windows([0, 1]), windows([0, 1, 0]).unlabelled)
