from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import TrainingError
from models.windows import Series, Unlabelled, Windows, cut_all
from models.windows.splits import by_group, by_time, check_leakage

THREE = {"training": 0.6, "validation": 0.2, "test": 0.2}


def series(count: int, samples: int) -> list[Series]:
    values = np.random.default_rng(0).normal(size=(samples, 1))
    return [Series(f"s{at}", np.arange(samples), values) for at in range(count)]


def at(*ranges: tuple[int, int], name: str = "s") -> Unlabelled:
    rows = np.array(ranges, np.int64).reshape(-1, 2)
    values = np.zeros((len(rows), 1, 1), np.float32)
    return Unlabelled(values, np.zeros(len(rows), np.int64), (name,), rows[:, 0], rows[:, 1])


@given(st.integers(1, 4), st.integers(0, 200), st.integers(0, 20))
def test_parts_by_time_follow_each_other_and_share_nothing(
    count: int, samples: int, gap: int
) -> None:
    parts = by_time(series(count, samples), THREE, gap)
    for name in {each.name for part in parts.values() for each in part}:
        rows = [
            (each.row, each.row + len(each))
            for part in parts.values()
            for each in part
            if each.name == name
        ]
        assert all(after[0] >= before[1] for before, after in pairwise(rows))
    check_leakage({name: cut_all([*part, *series(1, 0)], 5, 2) for name, part in parts.items()})


def test_everything_is_in_some_part_when_the_shares_are_all() -> None:
    parts = by_time(series(2, 101), THREE)
    assert sum(len(each) for part in parts.values() for each in part) == 202
    assert [len(part[0]) for part in parts.values()] == [61, 20, 20]


def test_groups_are_dealt_whole_and_by_the_seed() -> None:
    parts = by_group(series(10, 5), THREE, seed=3)
    names = [each.name for part in parts.values() for each in part]
    assert sorted(names) == sorted(f"s{at}" for at in range(10))
    assert [len(part) for part in parts.values()] == [6, 2, 2]
    again = by_group(series(10, 5), THREE, seed=3)
    assert names == [each.name for part in again.values() for each in part]
    other = by_group(series(10, 5), THREE, seed=4)
    assert names != [each.name for part in other.values() for each in part]


def test_a_part_without_a_group_is_refused() -> None:
    with pytest.raises(TrainingError, match=r"part test: a share of 0\.2 of 2 groups is none"):
        by_group(series(2, 5), THREE, seed=0)


@pytest.mark.parametrize("shares", [{"a": 0.7, "b": 0.4}, {"a": 0.0}, {"a": -0.1, "b": 0.2}])
def test_impossible_shares_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(TrainingError, match="together at most 1"):
        by_time(series(1, 10), shares)


ranges = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 6)).map(lambda r: (r[0], r[0] + r[1])), max_size=6
)


@given(ranges, ranges)
def test_leakage_is_found_exactly_where_two_parts_share_a_row(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    shared = {r for a, b in one for r in range(a, b + 1)} & {
        r for a, b in other for r in range(a, b + 1)
    }
    parts = {"training": at(*one), "test": at(*other)}
    if not shared:
        check_leakage(parts)
        return
    with pytest.raises(TrainingError, match="leakage: row") as found:
        check_leakage(parts)
    assert int(str(found.value).split()[2]) - 1 in shared


def test_the_same_rows_of_two_series_are_no_leakage() -> None:
    check_leakage({"training": at((0, 5), name="a"), "test": at((0, 5), name="b")})


def test_windows_cut_before_the_split_are_caught() -> None:
    windows = cut_all(series(1, 40), 10, 5)
    half = len(windows) // 2
    rows = np.arange(len(windows))
    parts = {"training": windows.take(rows < half), "test": windows.take(rows >= half)}
    assert all(isinstance(part, Windows) for part in parts.values())
    with pytest.raises(TrainingError, match="lies in windows of training and of test"):
        check_leakage(parts)
