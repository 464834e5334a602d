from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.report import BEGIN, END, Case, put_into, table, write


def test_a_figure_is_the_median_and_a_ratio_is_larger_where_ours_is_better(tmp_path: Path) -> None:
    faster = Case("rate", "throughput", "events/s", [3.0, 1.0, 2.0], "peer", [1.0])
    slower = Case("wait", "latency", "ms", [30.0], "peer", [20.0], direction="smaller")
    alone = Case("alone", "throughput", "events/s", [7.0])
    document = json.loads(write("some", [faster, slower, alone], tmp_path).read_text())
    assert [case["value"] for case in document["cases"]] == [2.0, 30.0, 7.0]
    assert [case["ratio"] for case in document["cases"]] == [2.0, pytest.approx(2 / 3), None]
    assert document["benchmark"] == "some"
    assert set(document["machine"]) == {"cores", "memory", "cpu"}
    assert document["commit"]
    assert [path.name for path in tmp_path.iterdir()] == ["some.json"]


@pytest.mark.parametrize("cases", [[], [Case("nothing", "throughput", "events/s", [])]])
def test_a_benchmark_that_measured_nothing_is_refused(cases: list[Case], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no runs of"):
        write("some", cases, tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_table_has_a_line_a_case(tmp_path: Path) -> None:
    cases = [
        Case("rate", "throughput", "events/s", [123_456.0], "peer", [100_000.0]),
        Case("wait", "latency", "ms", [12.34], details={"p99": 56.78}, direction="smaller"),
    ]
    document = json.loads(write("some", cases, tmp_path).read_text())
    assert table([document]).splitlines()[2:] == [
        "| `some` | rate | 123,000 events/s | peer: 100,000 | 1.23 |",
        "| `some` | wait | 12.3 ms (p99 56.8) |  |  |",
    ]


def test_the_table_replaces_what_is_between_the_marks_and_nothing_else() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert put_into(text, "new", "README") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    assert put_into(put_into(text, "x", "R"), "new", "R") == put_into(text, "new", "R")
    with pytest.raises(ValueError, match="README: expected the marks"):
        put_into("no marks", "new", "README")


def test_a_part_of_a_benchmark_leaves_the_other_figures_in_the_file(tmp_path: Path) -> None:
    write("part", [Case("a", "t", "s", [1.0]), Case("b", "t", "s", [2.0])], tmp_path)
    path = write("part", [Case("b", "t", "s", [3.0])], tmp_path, keep=True)
    values = {case["case"]: case["value"] for case in json.loads(path.read_text())["cases"]}
    assert values == {"a": 1.0, "b": 3.0}
