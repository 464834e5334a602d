"""Samples of the domains that a training file names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from connectors.history import Columns, History, read_files, read_table
from jobs.sources import catalog_of, paths_of
from jobs.triggered import read_triggered
from models.training.definition import Domain, Files, Table, WindowDefinition
from models.training.generated import generate
from models.training.given import Given
from models.windows import Series
from tidegate.errors import DocumentError


def read_domain(
    domain: Domain, window: WindowDefinition, folder: Path
) -> tuple[Given, dict[str, Any]]:
    """The samples of a domain, and for the card where they are from.

    Args:
        domain: of a training file.
        window: whose channels are read.
        folder: of the training file, which its paths start from.

    Raises:
        TidegateError: when a file, table or column is missing, or has something else than numbers;
            with a trigger, see `jobs.triggered.read_triggered`.
    """
    if window.trigger is not None:
        return read_triggered(domain, window, folder)
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
    return read_files(paths_of(files, folder), _columns(files, window), files.delimiter)


def _table(table: Table, window: WindowDefinition, folder: Path) -> History:
    with catalog_of(table, folder) as catalog:
        columns = _columns(table, window)
        return read_table(catalog, table.table, columns, table.snapshot_id, table.filter)


def _columns(asked: Files | Table, window: WindowDefinition) -> Columns:
    return Columns(window.names, asked.time, asked.unit, asked.label, asked.group, asked.classes)


def _series(history: History) -> Sequence[Series]:
    return [Series(each.name, each.time, each.values, each.labels) for each in history.groups]
