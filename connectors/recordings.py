"""History as events in their order of arrival: what a pattern is replayed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyiceberg.catalog import Catalog

from connectors.files import EventFile
from connectors.history import Columns, labels_of, sha256_of, times_of
from connectors.snapshot import read_snapshot
from tidegate.errors import FileFormatError


@dataclass(frozen=True)
class Recording:
    """Rows of one file or table, all their columns.

    Attributes:
        name: of the file, without its ending, or of the table.
        rows: in order of arrival; what is missing is None.
        text: whether values are text that has yet to be given types, as in CSV.
        time: int64 [rows], epoch ms.
        labels: int64 [rows], -1 where nothing is known; None without a label column.
        broken: lines of the file that are no rows.
    """

    name: str
    rows: Sequence[Mapping[str, Any]]
    text: bool
    time: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64] | None
    broken: int = 0


def record_files(
    paths: Sequence[Path], columns: Columns, delimiter: str | None = None
) -> tuple[list[Recording], dict[str, Any]]:
    """Files as recordings, their rows in the order of the file, and for a card what was read.

    Args:
        paths: CSV, JSON lines or Parquet files.
        columns: which hold time and label.
        delimiter: of CSV files; found in the header when None.

    Raises:
        FileFormatError: when a file is missing or unreadable, lacks a column, or has something
            else than a time or a class in one (with the row).
    """
    found, listed = [], []
    for path in paths:
        file = EventFile(path, delimiter)
        rows = list(file)
        good = [row.values for row in rows if row.problem is None]
        if not good:
            raise FileFormatError(f"{path}: no rows")
        one = _recording(path.stem, good, file.format == "csv", columns, str(path))
        found.append(replace(one, broken=len(rows) - len(good)))
        listed.append({"path": path.name, "sha256": sha256_of(path), "rows": len(rows)})
    return found, {"files": listed, "rows": sum(each["rows"] for each in listed)}


def record_table(
    catalog: Catalog,
    table: str,
    columns: Columns,
    snapshot_id: int | None = None,
    row_filter: str = "",
) -> tuple[Recording, dict[str, Any]]:
    """A table at a snapshot as a recording, its rows in order of time, and what was read.

    A table has no order of its own, and nothing that was stored was late.

    Raises:
        TableError: see `connectors.snapshot.read_snapshot`.
        FileFormatError: when a cell is no time or no class (with the row).
    """
    needed = columns.needed
    rows, pinned = read_snapshot(catalog, table, needed, snapshot_id, row_filter, every=True)
    one = _recording(table, rows.to_pylist(), False, columns, f"table {table}")
    order = np.argsort(one.time, kind="stable")
    origin = {"table": table, "snapshot_id": pinned, "filter": row_filter, "rows": len(order)}
    ordered = replace(
        one,
        rows=[one.rows[at] for at in order.tolist()],
        time=one.time[order],
        labels=None if one.labels is None else one.labels[order],
    )
    return ordered, origin


def _recording(
    name: str, rows: Sequence[Mapping[str, Any]], text: bool, columns: Columns, where: str
) -> Recording:
    lacking = [each for each in columns.needed if not any(each in row for row in rows)]
    if lacking:
        raise FileFormatError(f"{where}: no column {lacking[0]}; it has {', '.join(rows[0])}")

    def column(of: str) -> pd.Series[Any]:
        return pd.Series([row.get(of) for row in rows], name=of)

    labels = None
    if columns.label is not None:
        labels = labels_of(column(columns.label), columns, where)
    return Recording(name, rows, text, times_of(column(columns.time), columns.unit, where), labels)
