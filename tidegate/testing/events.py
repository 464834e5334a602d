"""Events of a test as rows by stream: from dicts, data frames, CSV, JSONL and Parquet files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.files import EventFile, Row
from tidegate.errors import RuleTestError

STREAM_COLUMNS = ("stream", "type")

Source = str | Path | Iterable[Mapping[str, Any]] | Any
"""A path, events as mappings, or a pandas DataFrame."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one source.

    Attributes:
        origin: what to call the source in messages: the file, or `events`.
        text: whether values are text that has yet to be given types, as in CSV.
    """

    origin: str
    rows: tuple[Row, ...]
    text: bool = False


@dataclass(frozen=True, slots=True)
class TestEvent:
    """An event of a run.

    Attributes:
        stream: name of its stream.
        number: line of a text file, else its place, counted from 1.
        sent: its values as the stream's decoder takes them.
        shown: its values as they were given, from CSV with their fields' types.
        problem: why the row is no event, or None.
    """

    stream: str
    number: int
    sent: Mapping[str, Any]
    shown: Mapping[str, Any]
    problem: str | None = None


def read_rows(source: Source) -> Rows:
    """All rows of a source.

    Raises:
        RuleTestError: when the source is nothing that has rows.
        FileFormatError: when a file cannot be read.
    """
    if isinstance(source, str | Path):
        file = EventFile(Path(source))
        return Rows(str(source), tuple(file), file.format == "csv")
    if hasattr(source, "to_dict") and hasattr(source, "columns"):
        # A DataFrame; what is missing there is NaN or NaT, which differ from themselves.
        source = [
            {name: value for name, value in row.items() if value is not None and value == value}
            for row in source.to_dict("records")
        ]
    if isinstance(source, Mapping) or not isinstance(source, Iterable):
        raise RuleTestError(
            f"events: found a {type(source).__name__}, expected a path, a list of dicts, "
            "a DataFrame, or one of them by the name of its stream"
        )
    rows = []
    for number, row in enumerate(source, start=1):
        if not isinstance(row, Mapping):
            raise RuleTestError(f"events: event {number} is a {type(row).__name__}, not a dict")
        rows.append(Row(number, dict(row)))
    return Rows("events", tuple(rows))


def by_stream(
    events: Source | Mapping[str, Source], streams: Sequence[str], column: str | None
) -> dict[str, Rows]:
    """Rows by the stream they belong to.

    Args:
        events: sources by stream, or one source for all streams.
        streams: names of the streams that are read.
        column: the column that tells the streams of one source apart; `stream` or `type` when None.

    Raises:
        RuleTestError: when it cannot be told which stream an event belongs to.
    """
    if isinstance(events, Mapping):
        for name in events:
            if name not in streams:
                known = ", ".join(streams)
                raise RuleTestError(f"events: stream {name} is read by no rule; known: {known}")
        return {name: read_rows(source) for name, source in events.items()}
    rows = read_rows(events)
    column = column or _stream_column(rows, streams)
    if column is None:
        if len(streams) == 1:
            return {streams[0]: rows}
        raise RuleTestError(
            f"{rows.origin}: which stream is an event of? the rules read {', '.join(streams)}; "
            "add a column `stream` with the name, or give each stream a file: --stream NAME=FILE"
        )
    return _split(rows, streams, column)


def _stream_column(rows: Rows, streams: Sequence[str]) -> str | None:
    """The column whose values are names of streams."""
    read = [row.values for row in rows.rows if row.problem is None]
    for column in STREAM_COLUMNS:
        if read and all(values.get(column) in streams for values in read):
            return column
    return None


def _split(rows: Rows, streams: Sequence[str], column: str) -> dict[str, Rows]:
    split: dict[str, list[Row]] = {name: [] for name in streams}
    for row in rows.rows:
        name = row.values.get(column, streams[0] if row.problem else None)
        if name not in split:
            raise RuleTestError(
                f"{rows.origin}: row {row.number}: column {column!r} is {name!r}, "
                f"expected one of {', '.join(streams)}"
            )
        split[name].append(row)
    return {name: Rows(rows.origin, tuple(some), rows.text) for name, some in split.items()}
