from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.runs import Key, Runs
from tidegate.errors import FileFormatError

KEY = Key("2-11", "dann", 0)


def test_a_run_that_is_done_is_not_run_again(tmp_path: Path) -> None:
    Runs(tmp_path / "runs.jsonl", {"epochs": 2}).value(KEY, lambda: {"f1": 0.5})

    found = Runs(tmp_path / "runs.jsonl", {"epochs": 2}).value(KEY, lambda: {"f1": 0.9})

    assert found == {"f1": 0.5}


def test_a_kill_loses_no_run_but_the_one_going_on(tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    Runs(path, {}).value(KEY, lambda: {"f1": 0.5})
    other = Key("2-11", "dann", 1)
    Runs(path, {}).value(other, lambda: {"f1": 0.6})
    path.write_text(path.read_text()[:-20])  # Killed while the second was written.

    again = Runs(path, {})

    assert KEY in again
    assert other not in again
    again.value(other, lambda: {"f1": 0.7})
    assert Runs(path, {}).value(other, lambda: {"f1": 0.0}) == {"f1": 0.7}


def test_runs_with_other_settings_are_refused(tmp_path: Path) -> None:
    Runs(tmp_path / "runs.jsonl", {"epochs": 2}).value(KEY, lambda: {"f1": 0.5})

    with pytest.raises(FileFormatError, match=r"line 1: made with epochs 2, not 40"):
        Runs(tmp_path / "runs.jsonl", {"epochs": 40})


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs.jsonl").write_text("a table\n")

    with pytest.raises(FileFormatError, match=r"line 1: no run of a benchmark"):
        Runs(tmp_path / "runs.jsonl", {})
