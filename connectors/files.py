"""Rows of CSV, JSONL and Parquet files, each with its number, none lost without a word."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import orjson

from tidegate.errors import FileFormatError

FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file.

    Attributes:
        number: line of a text file (the header is line 1), row of a Parquet file counted from 1.
        values: by column; text from CSV, where an empty cell is None, else Python values.
        problem: why the row could not be read, or None; then `values` is empty.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None


class EventFile:
    """A file of events.

    Args:
        path: file ending in .csv, .tsv, .jsonl, .ndjson (each also with .gz) or .parquet.
        delimiter: of a CSV file; found in its header when None.

    Raises:
        FileFormatError: when the file is missing, empty where a header is needed, not what its
            name says, or its name says nothing.
    """

    def __init__(self, path: Path, delimiter: str | None = None) -> None:
        self.path = path
        self._zipped = path.suffix == ".gz"
        suffix = path.with_suffix("").suffix if self._zipped else path.suffix
        if suffix.lower() not in FORMATS:
            raise FileFormatError(
                f"{path}: unknown kind of file {suffix!r}; expected {', '.join(FORMATS)}"
            )
        if not path.is_file():
            raise FileFormatError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}")
        self.format = FORMATS[suffix.lower()]
        self.columns: Sequence[str] | None = None
        if self.format == "csv":
            self._delimiter = delimiter or self._find_delimiter()
            self.columns = self._header()
        elif self.format == "parquet":
            self.columns = self._parquet().schema_arrow.names

    def count(self) -> int:
        """Number of rows; for a text file the number of its lines, which may be more."""
        if self.format == "parquet":
            return int(self._parquet().metadata.num_rows)
        with self._open() as stream:
            return max(0, sum(1 for _ in stream) - (self.format == "csv"))

    def __iter__(self) -> Iterator[Row]:
        """All rows in the file's order."""
        readers = {"csv": self._csv, "jsonl": self._jsonl, "parquet": self._rows_of_parquet}
        return readers[self.format]()

    def _open(self) -> TextIO:
        # What is not UTF-8 becomes surrogates, so that one bad line costs one row, not the file.
        how = {"mode": "rt", "encoding": "utf-8-sig", "errors": "surrogateescape", "newline": ""}
        opener: Any = gzip.open if self._zipped else open
        try:
            stream: TextIO = opener(self.path, **how)
            return stream
        except OSError as error:
            raise FileFormatError(f"{self.path}: {error.strerror or error}") from error

    def _find_delimiter(self) -> str:
        with self._open() as stream:
            try:
                header = stream.readline()
            except (OSError, EOFError) as error:
                raise FileFormatError(f"{self.path}: {error}") from error
        return max(DELIMITERS, key=header.count)

    def _header(self) -> list[str]:
        with self._open() as stream:
            header = next(csv.reader(stream, delimiter=self._delimiter), None)
        if not header:
            raise FileFormatError(f"{self.path}: no header line with column names")
        names = [name.strip() for name in header]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise FileFormatError(f"{self.path}: column {twice[0]!r} occurs more than once")
        return names

    def _csv(self) -> Iterator[Row]:
        columns = self.columns or ()
        with self._open() as stream:
            reader = csv.reader(stream, delimiter=self._delimiter)
            next(reader)
            while True:
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield Row(reader.line_num, problem=f"not CSV: {error}")
                    continue
                if not cells:
                    continue  # an empty line is no row
                if len(cells) != len(columns):
                    problem = f"found {len(cells)} cells, expected {len(columns)}"
                    yield Row(reader.line_num, problem=problem)
                elif _broken(cells):
                    yield Row(reader.line_num, problem="not UTF-8")
                else:
                    values = [cell.strip() or None for cell in cells]
                    yield Row(reader.line_num, dict(zip(columns, values, strict=True)))

    def _jsonl(self) -> Iterator[Row]:
        with self._open() as stream:
            for number, line in enumerate(stream, start=1):
                if not line.strip():
                    continue
                try:
                    values = orjson.loads(line.encode(errors="surrogateescape"))
                except orjson.JSONDecodeError as error:
                    yield Row(number, problem=f"not JSON: {error}")
                    continue
                if isinstance(values, dict):
                    yield Row(number, values)
                else:
                    found = type(values).__name__
                    yield Row(number, problem=f"found a JSON {found}, expected an object")

    def _rows_of_parquet(self) -> Iterator[Row]:
        number = 0
        for batch in self._parquet().iter_batches(batch_size=10_000):
            for values in batch.to_pylist():
                number += 1
                yield Row(number, values)

    def _parquet(self) -> Any:
        import pyarrow as pa
        from pyarrow import parquet

        try:
            return parquet.ParquetFile(self.path)
        except (pa.ArrowInvalid, OSError) as error:
            first = str(error).splitlines()[0]
            raise FileFormatError(f"{self.path}: not a Parquet file: {first}") from error


def _broken(cells: Sequence[str]) -> bool:
    """Whether a cell holds bytes that were no UTF-8."""
    return any("\udc80" <= char <= "\udcff" for cell in cells for char in cell if char > "\x7f")
