"""An Iceberg table's rows as they were at a snapshot."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchTableError
from pyparsing import ParseException

from tidegate.errors import TableError


def read_snapshot(
    catalog: Catalog,
    table: str,
    needed: Sequence[str],
    snapshot_id: int | None = None,
    row_filter: str = "",
    every: bool = False,
) -> tuple[pa.Table, int]:
    """Rows of a table, and the id of the snapshot that they are of.

    Args:
        catalog: that has the table.
        table: `namespace.name`.
        needed: columns that it has to have.
        snapshot_id: None for the one it has now.
        row_filter: in PyIceberg's language, such as `robot_id = 'A' and ts >= '2026-01-01'`.
        every: whether all columns are read, not only those needed.

    Raises:
        TableError: when there is no such table, snapshot or column, the filter is not understood,
            or nothing is left.
    """
    where = f"table {table}"
    try:
        found = catalog.load_table(table)
    except NoSuchTableError as error:
        raise TableError(f"{where} does not exist in catalog {catalog.name}") from error
    current = found.current_snapshot()
    if current is None:
        raise TableError(f"{where} has no data yet")
    pinned = current.snapshot_id if snapshot_id is None else snapshot_id
    if found.snapshot_by_id(pinned) is None:
        known = ", ".join(str(each.snapshot_id) for each in found.metadata.snapshots[-5:])
        raise TableError(f"{where} has no snapshot {pinned}; the latest are {known}")
    names = found.schema().column_names
    lacking = [name for name in needed if name not in names]
    if lacking:
        raise TableError(f"{where} has no column {lacking[0]}; it has {', '.join(names)}")
    try:
        scan = found.scan(
            row_filter=row_filter or "true",
            selected_fields=("*",) if every else tuple(needed),
            snapshot_id=pinned,
        )
        rows = scan.to_arrow()
    except ParseException as error:
        raise TableError(
            f"{where}: filter {row_filter!r} is not understood at character {error.column}"
        ) from error
    except (ValueError, TypeError) as error:
        raise TableError(f"{where}: filter {row_filter!r}: {str(error).splitlines()[0]}") from error
    if not rows.num_rows:
        raise TableError(f"{where}: no rows with filter {row_filter!r} in snapshot {pinned}")
    return rows, pinned
