"""Where the history that a training file names lies: files by pattern, a catalog by pipeline."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing
from pathlib import Path

from pyiceberg.catalog import Catalog

from connectors.iceberg import open_catalog
from models.training.definition import Files, Table
from tidegate.errors import DocumentError, FileFormatError
from tidegate.pipeline import load_pipeline


def paths_of(files: Files, folder: Path) -> list[Path]:
    """The files that a domain names, by pattern in the order of their names.

    Raises:
        FileFormatError: when a pattern finds none.
    """
    paths: list[Path] = []
    for pattern in files.files:
        anchor = Path(pattern).anchor
        found = sorted((Path(anchor) if anchor else folder).glob(pattern.removeprefix(anchor)))
        if not found:
            raise FileFormatError(f"{folder / pattern}: no such file")
        paths += found
    return paths


def catalog_of(table: Table, folder: Path) -> AbstractContextManager[Catalog]:
    """The catalog of a domain's table, closed on leaving.

    Raises:
        DocumentError: when its pipeline has none.
    """
    sink = load_pipeline(folder / table.pipeline, model=False).iceberg
    if sink is None:
        raise DocumentError(f"{folder / table.pipeline}: it has no iceberg, so no table to read")
    return closing(open_catalog(sink.catalog, sink.properties))
