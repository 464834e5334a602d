"""Generated events and cases as JSONL files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from tidegate.errors import FileFormatError
from tidegate.generators.dataset import Dataset, Row


def write_rows(path: Path, rows: Sequence[Row], named: bool) -> int:
    """Write one event a line; returns how many.

    Args:
        path: the file; its folder is made.
        rows: in the order in which they are written.
        named: whether each line has the stream's name in the field `stream`.

    Raises:
        FileFormatError: when the file cannot be written.
    """
    lines = ({"stream": row.stream, **row.values} if named else row.values for row in rows)
    return _write(path, lines)


def write_cases(path: Path, data: Dataset) -> int:
    """Write one planted case or near miss a line; returns how many.

    Raises:
        FileFormatError: when the file cannot be written.
    """
    cases = sorted(data.planted | data.near_misses, key=lambda case: (case.note, case.events))
    return _write(
        path,
        (
            {
                "rule": case.rule,
                "key": case.key,
                "events": case.events,
                "matches": not case.note,
                **({"why_not": case.note} if case.note else {}),
            }
            for case in cases
        ),
    )


def _write(path: Path, lines: Iterable[Mapping[str, Any]]) -> int:
    count = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        with part.open("wb") as stream:
            for line in lines:
                stream.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
                count += 1
        part.replace(path)
    except OSError as error:
        raise FileFormatError(f"{path}: cannot be written: {error.strerror}") from error
    return count
