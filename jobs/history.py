"""Samples of the domains that a training file names."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from connectors.history import Columns, History, read_files, read_table
from connectors.iceberg import open_catalog
from models.training.definition import Domain, Files, Table, WindowDefinition
from models.training.generated import generate
from models.training.parts import Given
from models.windows import Series
from tidegate.errors import DocumentError, FileFormatError
from tidegate.pipeline import load_pipeline


def read_domain(
    domain: Domain, window: WindowDefinition, folder: Path
) -> tuple[Given, dict[str, Any]]:
    """The samples of a domain, and for the card where they are from.

    Args:
        domain: of a training file.
        window: whose channels are read.
        folder: of the training file, which its paths start from.

    Raises:
        TidegateError: when a file, table or column is missing, or has something else than numbers.
    """
    if domain.generated is not None:
        series = generate(domain.generated, window)
        origin = {"kind": "generated (models.generator), no recorded robot in it"}
        return Given(domain, series), {**origin, **domain.generated.model_dump()}
    if domain.files is not None:
        history = _files(domain.files, window, folder)
    elif domain.table is not None:
        history = _table(domain.table, window, folder)
    else:
        raise DocumentError(f"domain {domain.name}: it names no samples")
    return Given(domain, _series(history)), history.origin


def _files(files: Files, window: WindowDefinition, folder: Path) -> History:
    paths: list[Path] = []
    for pattern in files.files:
        anchor = Path(pattern).anchor
        found = sorted((Path(anchor) if anchor else folder).glob(pattern.removeprefix(anchor)))
        if not found:
            raise FileFormatError(f"{folder / pattern}: no such file")
        paths += found
    return read_files(paths, _columns(files, window), files.delimiter)


def _table(table: Table, window: WindowDefinition, folder: Path) -> History:
    sink = load_pipeline(folder / table.pipeline).iceberg
    if sink is None:
        raise DocumentError(f"{folder / table.pipeline}: it has no iceberg, so no table to read")
    with closing(open_catalog(sink.catalog, sink.properties)) as catalog:
        columns = _columns(table, window)
        return read_table(catalog, table.table, columns, table.snapshot_id, table.filter)


def _columns(asked: Files | Table, window: WindowDefinition) -> Columns:
    return Columns(window.names, asked.time, asked.unit, asked.label, asked.group, asked.classes)


def _series(history: History) -> Sequence[Series]:
    return [Series(each.name, each.time, each.values, each.labels) for each in history.groups]
