"""Windows for training, cut by the job's classes, beside windows cut by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.local_run.windows import WindowCutter, load_cutter
from models.windows import Series, cut_at
from tests.tidegate.triggered import BOUND, IDLE, LENGTH, write_pipeline
from tidegate.errors import DocumentError

Row = dict[str, Any]
Found = tuple[str, str, str, int, bytes | None]


@pytest.fixture(scope="module")
def cutter(tmp_path_factory: pytest.TempPathFactory) -> WindowCutter:
    return load_cutter(write_pipeline(tmp_path_factory.mktemp("trigger")))


# Halves of seconds, so that ties and limits that are just met are frequent; 20 s is the key's end.
_steps = st.sampled_from([0, 0, 500, 1000, 1500, 3000, 19_500, 20_000, 21_000])
_values = st.one_of(st.none(), st.floats(-1e6, 1e6), st.sampled_from([0.1, 1 / 3, 16777217.0]))


@st.composite
def _histories(draw: st.DrawFn) -> list[Row]:
    """Rows of three machines in order of arrival, some out of order, some too late."""
    rows, time = [], 1_000_000
    for number in range(draw(st.integers(1, 60))):
        time += draw(_steps)
        rows.append(
            {
                "id": f"{draw(st.integers(0, 9))}-{number}",
                "machine": draw(st.sampled_from("ABC")),
                "ts": time - draw(st.sampled_from([0, 0, 0, 1000, 3000, 3500])),
                "a": draw(_values) if draw(st.integers(0, 3)) == 0 else float(number) / 7,
                "b": float(number),
                "go": draw(st.booleans()),
            }
        )
    return rows


def _by_hand(rows: list[Row]) -> tuple[list[Found], int]:
    """Windows that end where a machine says go, and how many rows are late."""
    newest, kept = rows[0]["ts"], []
    for at, row in enumerate(rows):
        if row["ts"] >= newest - BOUND:
            kept.append((row["ts"], row["id"], at))
        newest = max(newest, row["ts"])
    found: list[Found] = []
    for machine in "ABC":
        runs: list[list[int]] = []
        for _, _, at in sorted(kept):
            if rows[at]["machine"] != machine:
                continue
            if not runs or rows[at]["ts"] - rows[runs[-1][-1]]["ts"] >= IDLE:
                runs.append([])
            runs[-1].append(at)
        for run in runs:
            found += [_window(rows, run, end) for end, at in enumerate(run) if rows[at]["go"]]
    return sorted(found, key=repr), len(rows) - len(kept)


def _window(rows: list[Row], run: list[int], end: int) -> Found:
    """As training cuts a series that ends every so many samples."""
    samples = [[np.nan if rows[at][c] is None else rows[at][c] for c in "ab"] for at in run]
    time = np.array([rows[at]["ts"] for at in run])
    key, last = rows[run[end]]["machine"], run[end]
    if end < LENGTH - 1:
        return "go", key, "short_history", last, None
    values = cut_at(Series("run", time, np.array(samples)), np.array([end]), LENGTH).values[0]
    if np.isnan(values).any():
        return "go", key, "nan", last, None
    return "go", key, "ok", last, values.tobytes()


@settings(max_examples=150, deadline=None)
@given(_histories())
def test_a_history_cut_both_ways_gives_the_same_bits(cutter: WindowCutter, rows: list[Row]) -> None:
    expected, late = _by_hand(rows)
    history = cutter.cut(rows, np.array([row["ts"] for row in rows]))
    found = [
        (
            cut.rule,
            cut.key,
            cut.status,
            cut.last,
            None if cut.values is None else cut.values.tobytes(),
        )
        for cut in history.cuts
    ]
    assert sorted(found, key=repr) == expected
    assert history.late == late
    assert sum(len(each.rows) for each in history.samples.values()) == len(rows) - late


def test_a_row_that_is_no_event_is_dead_and_the_others_count(cutter: WindowCutter) -> None:
    rows: list[Row] = [
        {"id": str(n), "machine": "A", "a": n, "b": 0.5, "go": n == 4} for n in range(5)
    ]
    rows[2]["go"] = "perhaps"
    history = cutter.cut(rows, np.arange(5) * 1000)
    assert list(history.dead) == [2]
    assert history.samples["A"].rows.tolist() == [0, 1, 3, 4]
    assert [cut.status for cut in history.cuts] == ["ok"]
    assert history.cuts[0].values is not None
    assert history.cuts[0].values[0].tolist() == [0, 1, 3, 4]


def test_text_of_a_csv_file_is_given_the_stream_s_types(cutter: WindowCutter) -> None:
    rows = [{"id": str(n), "machine": "A", "a": f"{n}.25", "b": "", "go": "true"} for n in range(4)]
    with_b = [{**row, "b": "1e3"} for row in rows]
    assert [c.status for c in cutter.cut(with_b, np.arange(4), text=True).cuts][-1] == "ok"
    assert cutter.cut(with_b, np.arange(4), text=True).samples["A"].values.tolist()[3] == [
        3.25,
        1e3,
    ]


def test_only_rules_that_are_named_cut(tmp_path: Path) -> None:
    path = write_pipeline(tmp_path)
    rows = [{"id": "1", "machine": "A", "a": 0.0, "b": 0.0, "go": True}]
    assert not load_cutter(path, ["never"]).cut(rows, np.array([0])).cuts
    with pytest.raises(DocumentError, match="rule other cuts no window; those that do: go, never"):
        load_cutter(path, ["other"])


def test_a_pipeline_without_a_window_is_no_trigger(tmp_path: Path) -> None:
    path = write_pipeline(tmp_path, window=None, model=None)
    with pytest.raises(DocumentError, match=r"pipeline\.yaml: it has no window"):
        load_cutter(path)
