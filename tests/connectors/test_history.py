from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from connectors.history import Columns, read_files, read_table
from connectors.iceberg import open_catalog
from tests.connectors.test_iceberg import properties
from tidegate.errors import FileFormatError, TableError

COLUMNS = Columns(("a", "b"), "time", "text", label="anomaly")


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_each_file_is_a_group_in_order_of_time(tmp_path: Path) -> None:
    one = write(
        tmp_path / "one.csv",
        "time;b;a;anomaly\n2026-01-01 00:00:02;4;3;1.0\n2026-01-01 00:00:01;2;1;0.0\n",
    )
    two = write(tmp_path / "two.csv", "time;a;b;anomaly\n2026-01-01 00:00:00;5;;\n")
    found = read_files([one, two], COLUMNS)
    assert [group.name for group in found.groups] == ["one", "two"]
    first, second = found.groups
    assert first.time.tolist() == [1767225601000, 1767225602000]
    assert first.values.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert first.labels is not None
    assert first.labels.tolist() == [0, 1]
    assert second.labels is not None
    assert second.labels.tolist() == [-1]
    assert np.isnan(second.values[0, 1])
    assert found.origin["rows"] == 3
    assert [file["path"] for file in found.origin["files"]] == ["one.csv", "two.csv"]
    assert all(len(file["sha256"]) == 64 for file in found.origin["files"])


def test_a_group_column_joins_what_lies_in_several_files(tmp_path: Path) -> None:
    columns = Columns(("a",), "time", "s", group="robot")
    one = write(tmp_path / "1.csv", "time,a,robot\n5,1,A\n3,2,B\n")
    two = write(tmp_path / "2.csv", "time,a,robot\n4,3,A\n")
    found = read_files([one, two], columns)
    assert [(group.name, group.time.tolist()) for group in found.groups] == [
        ("A", [4000, 5000]),
        ("B", [3000]),
    ]
    assert found.groups[0].values[:, 0].tolist() == [3.0, 1.0]
    assert found.groups[0].labels is None


def test_parquet_reads_like_csv(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "time": pd.to_datetime(["2026-01-01", "2026-01-02"], utc=True),
            "a": [1.0, 2.0],
            "b": [3, 4],
            "anomaly": [False, True],
        }
    )
    frame.to_parquet(tmp_path / "x.parquet")
    group = read_files([tmp_path / "x.parquet"], COLUMNS).groups[0]
    assert group.time.tolist() == [1767225600000, 1767312000000]
    assert group.labels is not None
    assert group.labels.tolist() == [0, 1]


def test_labels_may_have_names(tmp_path: Path) -> None:
    columns = Columns(("a",), "time", "ms", label="state", classes={"ok": 0, "stopped": 1})
    path = write(tmp_path / "x.csv", "time,a,state\n1,1,ok\n2,1,stopped\n3,1,\n")
    labels = read_files([path], columns).groups[0].labels
    assert labels is not None
    assert labels.tolist() == [0, 1, -1]
    wrong = write(tmp_path / "y.csv", "time,a,state\n1,1,broken\n")
    with pytest.raises(FileFormatError, match=r"row 1, column state: 'broken', expected one of"):
        read_files([wrong], columns)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time,a,b,anomaly\nsoon,1,2,0\n", r"row 1, column time: 'soon' is no time \(ISO 8601\)"),
        ("time,a,b,anomaly\n2026-01-01,1,x,0\n", "row 1, column b: 'x' is no number"),
        ("time,a,b,anomaly\n2026-01-01,1,2,maybe\n", "row 1, column anomaly: 'maybe', expected"),
        ("time,a,anomaly\n2026-01-01,1,0\n", "no column b; it has time, a, anomaly"),
        ("", "No columns to parse"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(FileFormatError, match=message):
        read_files([write(tmp_path / "x.csv", text)], COLUMNS)


def test_no_file_and_a_wrong_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="no file to read"):
        read_files([], COLUMNS)
    with pytest.raises(FileFormatError, match=r"gone\.csv: no such file"):
        read_files([tmp_path / "gone.csv"], COLUMNS)
    with pytest.raises(FileFormatError, match="unknown kind"):
        read_files([write(tmp_path / "x.txt", "1")], COLUMNS)


def test_a_table_is_read_as_it_was_at_a_snapshot(tmp_path: Path) -> None:
    catalog = open_catalog("lake", properties(tmp_path))
    catalog.create_namespace("cobot")

    def rows(start: int, robot: str) -> pa.Table:
        return pa.table(
            {"ts": [start + 1, start], "a": [1.0, 2.0], "robot": [robot, robot], "x": [0, 0]}
        )

    table = catalog.create_table("cobot.events", rows(0, "A").schema)
    table.append(rows(1000, "A"))
    first = table.current_snapshot()
    assert first is not None
    table.append(rows(2000, "B"))
    columns = Columns(("a",), "ts", group="robot")

    pinned = read_table(catalog, "cobot.events", columns, first.snapshot_id)
    assert [group.name for group in pinned.groups] == ["A"]
    assert pinned.groups[0].time.tolist() == [1000, 1001]
    assert pinned.origin == {
        "table": "cobot.events",
        "snapshot_id": first.snapshot_id,
        "filter": "",
        "rows": 2,
    }
    now = read_table(catalog, "cobot.events", columns, row_filter="robot = 'B'")
    assert [group.name for group in now.groups] == ["B"]
    assert now.origin["rows"] == 2
    assert now.origin["snapshot_id"] != first.snapshot_id

    for change, message in (
        ({"table": "cobot.none"}, "does not exist"),
        ({"snapshot_id": 7}, f"has no snapshot 7; the latest are {first.snapshot_id}"),
        ({"columns": Columns(("a", "z"), "ts")}, "has no column z; it has ts, a, robot, x"),
        ({"row_filter": "robot = 'C'"}, "no rows with filter"),
        ({"row_filter": "robot =="}, "is not understood at character 1"),
    ):
        given = {"table": "cobot.events", "columns": columns} | change
        with pytest.raises(TableError, match=message):
            read_table(catalog, **given)  # type: ignore[arg-type]
    catalog.close()
