from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from connectors.history import Columns
from connectors.iceberg import open_catalog
from connectors.recordings import record_files, record_table
from tests.connectors.test_iceberg import properties
from tidegate.errors import FileFormatError, TableError

COLUMNS = Columns((), "ts", "ms", label="bad")


def test_a_file_s_rows_stay_in_the_order_of_arrival(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("ts;robot;a;bad\n2000;A;1.5;1\n1000;A;;0\n1500;B;x\n3000;B;2;\n")
    (found,), origin = record_files([path], COLUMNS)
    assert (found.name, found.text, found.broken) == ("one", True, 1)
    assert found.time.tolist() == [2000, 1000, 3000]
    assert found.rows[1] == {"ts": "1000", "robot": "A", "a": None, "bad": "0"}
    assert found.labels is not None
    assert found.labels.tolist() == [1, 0, -1]
    assert origin["rows"] == 4


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text('{"ts": 1}\n')
    with pytest.raises(FileFormatError, match=r"one\.jsonl: no column bad; it has ts"):
        record_files([path], COLUMNS)


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("ts,bad\n")
    with pytest.raises(FileFormatError, match=r"one\.csv: no rows"):
        record_files([path], COLUMNS)


def test_a_table_is_replayed_in_order_of_time_with_all_its_columns(tmp_path: Path) -> None:
    catalog = open_catalog("lake", properties(tmp_path))
    catalog.create_namespace("cobot")
    time = pd.to_datetime([3000, 1000, 2000], unit="ms", utc=True)
    rows = pa.table({"ts": pa.array(time, pa.timestamp("us", "UTC")), "a": [1.0, 2.0, None]})
    rows = rows.append_column("bad", pa.array([True, None, False]))
    catalog.create_table("cobot.events", rows.schema).append(rows)
    found, origin = record_table(catalog, "cobot.events", COLUMNS)
    assert found.time.tolist() == [1000, 2000, 3000]
    assert [row["a"] for row in found.rows] == [2.0, None, 1.0]
    assert found.labels is not None
    assert found.labels.tolist() == [-1, 0, 1]
    assert origin["rows"] == 3
    assert origin["snapshot_id"]
    with pytest.raises(TableError, match="has no column worse"):
        record_table(catalog, "cobot.events", Columns((), "ts", label="worse"))
    catalog.close()
