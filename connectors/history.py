"""History to train and measure on: columns of files, or of a table at a pinned snapshot."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyiceberg.catalog import Catalog

from connectors.files import DELIMITERS
from connectors.snapshot import read_snapshot
from tidegate.errors import FileFormatError

TimeUnit = Literal["s", "ms", "us", "ns", "text"]
UNKNOWN = -1


@dataclass(frozen=True)
class Columns:
    """Which columns hold what.

    Attributes:
        channels: numbers, in the order in which they are wanted.
        time: event time.
        unit: of a numeric time; `text` for ISO 8601 and the like.
        label: class of a sample; None where there is none.
        group: whose samples they are, such as a robot; None: each file, or the whole table, is one.
        classes: number of the class by what the label's column says; None: the column has numbers
            or truth values itself.
    """

    channels: tuple[str, ...]
    time: str
    unit: TimeUnit = "ms"
    label: str | None = None
    group: str | None = None
    classes: Mapping[str, int] | None = None

    @property
    def needed(self) -> list[str]:
        """All of them."""
        extra = [name for name in (self.label, self.group) if name is not None]
        return list(dict.fromkeys([self.time, *self.channels, *extra]))


@dataclass(frozen=True)
class Group:
    """The samples of one group, in order of time.

    Attributes:
        name: of the group.
        time: int64 [samples], epoch ms.
        values: float64 [samples, channels]; NaN where the source has nothing.
        labels: int64 [samples], -1 where nothing is known; None without a label column.
    """

    name: str
    time: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]
    labels: npt.NDArray[np.int64] | None


@dataclass(frozen=True)
class History:
    """Samples and where they are from.

    Attributes:
        groups: by name.
        origin: for a model's card: files with their sha256, or table, snapshot and filter; rows.
    """

    groups: tuple[Group, ...]
    origin: dict[str, Any]


def read_files(paths: Sequence[Path], columns: Columns, delimiter: str | None = None) -> History:
    """Reads CSV and Parquet files.

    Args:
        paths: files ending in .csv, .csv.gz, .tsv or .parquet.
        columns: which hold what.
        delimiter: of CSV files; found in the header when None.

    Raises:
        FileFormatError: when there is no file, one is missing or unreadable, lacks a column, or
            has something else than a number or a time in one (with the row).
    """
    if not paths:
        raise FileFormatError("no file to read history from; check the pattern of the path")
    groups: list[Group] = []
    listed = []
    for path in paths:
        frame = _frame_of(path, columns, delimiter)
        name = None if columns.group is not None else path.stem
        groups += _groups(frame, columns, str(path), name)
        listed.append({"path": path.name, "sha256": sha256_of(path), "rows": len(frame)})
    if len({group.name for group in groups}) < len(groups):
        groups = _joined(groups)
    return History(tuple(groups), {"files": listed, "rows": sum(f["rows"] for f in listed)})


def read_table(
    catalog: Catalog,
    table: str,
    columns: Columns,
    snapshot_id: int | None = None,
    row_filter: str = "",
) -> History:
    """Reads an Iceberg table as it was at a snapshot.

    Args:
        catalog: that has the table.
        table: `namespace.name`.
        columns: which hold what.
        snapshot_id: of the table; None for the one it has now, which the origin then names.
        row_filter: in PyIceberg's language, such as `robot_id = 'A' and ts >= '2026-01-01'`.

    Raises:
        TableError: when there is no such table, snapshot or column, the filter is not understood,
            or nothing is left.
    """
    where = f"table {table}"
    rows, pinned = read_snapshot(catalog, table, columns.needed, snapshot_id, row_filter)
    frame = rows.to_pandas()
    groups = _groups(frame, columns, where, None if columns.group is not None else table)
    origin = {"table": table, "snapshot_id": pinned, "filter": row_filter, "rows": len(frame)}
    return History(tuple(groups), origin)


def _frame_of(path: Path, columns: Columns, delimiter: str | None) -> pd.DataFrame:
    if not path.is_file():
        raise FileFormatError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}")
    try:
        if path.suffix == ".parquet":
            frame = pd.read_parquet(path)
        elif path.name.endswith((".csv", ".csv.gz", ".tsv")):
            # As text, so that what is no number can be shown as it is.
            frame = pd.read_csv(path, sep=delimiter or _delimiter(path), dtype=str)
        else:
            raise FileFormatError(f"{path}: unknown kind of file, expected .csv, .tsv or .parquet")
    except (ValueError, OSError, UnicodeDecodeError) as error:
        raise FileFormatError(f"{path}: {str(error).splitlines()[0]}") from error
    lacking = [name for name in columns.needed if name not in frame.columns]
    if lacking:
        raise FileFormatError(
            f"{path}: no column {lacking[0]}; it has {', '.join(map(str, frame.columns))}"
        )
    return frame


def _delimiter(path: Path) -> str:
    """The one that occurs most in the header."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig") as stream:
        return max(DELIMITERS, key=stream.readline().count)


def _groups(frame: pd.DataFrame, columns: Columns, where: str, name: str | None) -> list[Group]:
    time = times_of(frame[columns.time], columns.unit, where)
    values = np.stack([_numbers(frame[each], where) for each in columns.channels], axis=1)
    labels = None if columns.label is None else labels_of(frame[columns.label], columns, where)
    if name is not None or columns.group is None:
        names: Any = np.full(len(frame), name)
    else:
        if frame[columns.group].isna().any():
            row = int(np.flatnonzero(frame[columns.group].isna())[0])
            raise FileFormatError(f"{where}, row {row + 1}, column {columns.group}: no value")
        names = frame[columns.group].astype(str).to_numpy()
    groups = []
    for each in dict.fromkeys(names.tolist()):
        rows = np.flatnonzero(names == each)
        rows = rows[np.argsort(time[rows], kind="stable")]
        groups.append(
            Group(str(each), time[rows], values[rows], None if labels is None else labels[rows])
        )
    return groups


def _joined(groups: Sequence[Group]) -> list[Group]:
    """Samples of groups that lie in several files, together."""
    together = []
    for name in dict.fromkeys(group.name for group in groups):
        parts = [group for group in groups if group.name == name]
        time = np.concatenate([part.time for part in parts])
        order = np.argsort(time, kind="stable")
        labels = [part.labels for part in parts if part.labels is not None]
        together.append(
            Group(
                name,
                time[order],
                np.concatenate([part.values for part in parts])[order],
                np.concatenate(labels)[order] if labels else None,
            )
        )
    return together


def times_of(column: pd.Series[Any], unit: TimeUnit, where: str) -> npt.NDArray[np.int64]:
    """Epoch ms of a column.

    Raises:
        FileFormatError: with the row, when a cell is no time.
    """
    if pd.api.types.is_datetime64_any_dtype(column) or unit == "text":
        found = pd.to_datetime(column, utc=True, errors="coerce", format="ISO8601")
    else:
        numbers = pd.to_numeric(column, errors="coerce")
        found = pd.to_datetime(numbers, unit=unit, utc=True, errors="coerce")
    wrong = np.flatnonzero(found.isna())
    if len(wrong):
        row = int(wrong[0])
        raise FileFormatError(
            f"{where}, row {row + 1}, column {column.name}: {column.iloc[row]!r} is no time "
            f"({'ISO 8601' if unit == 'text' else f'a number of {unit}'})"
        )
    nanoseconds = found.dt.tz_localize(None).astype("datetime64[ns]").astype(np.int64)
    times: npt.NDArray[np.int64] = nanoseconds.to_numpy() // 1_000_000
    return times


def _numbers(column: pd.Series[Any], where: str) -> npt.NDArray[np.float64]:
    """A column of numbers; an empty cell is NaN."""
    found = pd.to_numeric(column, errors="coerce")
    wrong = np.flatnonzero(found.isna() & column.notna())
    if len(wrong):
        row = int(wrong[0])
        raise FileFormatError(
            f"{where}, row {row + 1}, column {column.name}: {column.iloc[row]!r} is no number"
        )
    numbers: npt.NDArray[np.float64] = found.to_numpy(np.float64)
    return numbers


def labels_of(column: pd.Series[Any], columns: Columns, where: str) -> npt.NDArray[np.int64]:
    """Classes of a column; -1 where the cell is empty.

    Raises:
        FileFormatError: with the row, when a cell is no class.
    """
    truth = {"true": 1.0, "false": 0.0}
    if columns.classes is not None:
        named = dict(columns.classes)
        found = column.astype(str).map(lambda cell: float(named.get(cell, np.nan)))
    else:
        text = column.astype(str).str.strip().str.lower()
        found = text.map(lambda cell: truth.get(cell, np.nan))
        found = found.fillna(pd.to_numeric(text, errors="coerce"))
    wrong = np.flatnonzero(column.notna() & (found.isna() | (found % 1 != 0) | (found < UNKNOWN)))
    if len(wrong):
        row = int(wrong[0])
        expected = "a class number" if columns.classes is None else f"one of {list(named)}"
        raise FileFormatError(
            f"{where}, row {row + 1}, column {column.name}: {column.iloc[row]!r}, expected "
            f"{expected}"
        )
    labels: npt.NDArray[np.int64] = found.fillna(UNKNOWN).to_numpy().astype(np.int64)
    return labels


def sha256_of(path: Path) -> str:
    """Lower-case hex sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
