"""Streams of a test without a pipeline: types from the values, time and key from what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.events import milliseconds
from connectors.files import Row
from tidegate.errors import RuleTestError
from tidegate.parameters import type_of
from tidegate.rules import Rule
from tidegate.scope import suggest
from tidegate.streams import Decoder, EventTime, Field, FieldType, Stream
from tidegate.testing.events import Rows, TestEvent

TIME_NAMES = ("event_time", "timestamp", "ts", "time", "datetime", "date")
NO_BOUND = 100 * 365 * 86_400_000
"""A century: without a stated bound no event is late."""

# A number that long is an identifier, not a quantity, and so is one that begins with 0.
_WHOLE = re.compile(r"[+-]?(0|[1-9]\d{0,14})")
_UNITS = ((1e17, "ns"), (1e14, "us"), (1e11, "ms"), (0, "s"))


@dataclass(frozen=True)
class Given:
    """What is said about the events of a test.

    Attributes:
        time: field of the event time; found by its name when None.
        time_unit: of times that are numbers: s, ms, us or ns; found by their size when None.
        types: types of fields that the values do not tell: boolean, long, double, string.
        out_of_orderness_ms: by how much an event may lie behind; None for no bound.
    """

    time: str | None = None
    time_unit: str | None = None
    types: Mapping[str, FieldType] = field(default_factory=dict)
    out_of_orderness_ms: int | None = None


def infer(
    name: str, rows: Rows, rules: Sequence[Rule], given: Given
) -> tuple[Stream, list[TestEvent]]:
    """A stream, and its events with the types of its fields.

    Args:
        name: the stream's.
        rows: its events.
        rules: all rules; those that read it give its key.
        given: what is known beside.

    Raises:
        RuleTestError: when no time or key is found, or values of a field do not go together.
    """
    read = [row for row in rows.rows if row.problem is None]
    columns = list(dict.fromkeys(column for row in read for column in row.values))
    if not columns:
        raise RuleTestError(f"{rows.origin}: no events of stream {name}; expected at least one")
    time = _time_field(columns, given.time, rows.origin)
    fields = [_field(column, read, rows, given.types) for column in columns if column != time]
    key = _key(name, rules, columns, rows.origin)
    by_name = {f.name: f for f in fields}
    stream = Stream(
        name=name,
        topics=(name,),
        fields=(Field(time, FieldType.TIMESTAMP, False), *fields),
        decoder=Decoder("json"),
        event_time=EventTime(time, "ms"),
        key=tuple(k for k in key if k == time or by_name[k].nullable) or key[:1],
        out_of_orderness_ms=(
            NO_BOUND if given.out_of_orderness_ms is None else given.out_of_orderness_ms
        ),
    )
    unit = given.time_unit or _unit(read, time)
    return stream, [_event(name, row, time, unit, by_name) for row in rows.rows]


def _time_field(columns: Sequence[str], asked: str | None, origin: str) -> str:
    if asked is not None:
        if asked not in columns:
            raise RuleTestError(f"{origin}: time {asked}: no such field; {suggest(asked, columns)}")
        return asked
    lower = {column.lower(): column for column in reversed(columns)}
    for name in TIME_NAMES:
        if name in lower:
            return lower[name]
    raise RuleTestError(
        f"{origin}: which field is the event time? name it with --time (or `time=`); "
        f"there are {', '.join(columns)}"
    )


def _key(name: str, rules: Sequence[Rule], columns: Sequence[str], origin: str) -> tuple[str, ...]:
    """All fields that the stream's rules are keyed by."""
    fields: dict[str, None] = {}
    for rule in rules:
        if name not in rule.streams:
            continue
        own = rule.keys.get(name)
        if not own:
            raise RuleTestError(
                f"{rule.place}: it states no key, and there is no pipeline to take one from; "
                "name it with --key (or `key=`)"
            )
        fields.update(dict.fromkeys(own))
    for each in fields:
        if each not in columns:
            raise RuleTestError(f"{origin}: key {each}: no such field; {suggest(each, columns)}")
    return tuple(fields)


def _unit(rows: Sequence[Row], time: str) -> str:
    for row in rows:
        value = row.values.get(time)
        if isinstance(value, str) and _WHOLE.fullmatch(value):
            value = int(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return next(unit for least, unit in _UNITS if abs(value) >= least)
    return "ms"


def _field(name: str, rows: Sequence[Row], origin: Rows, types: Mapping[str, FieldType]) -> Field:
    values = [row.values.get(name) for row in rows]
    present = [value for value in values if value is not None]
    kind = types.get(name) or (_of_text(present) if origin.text else _of_values(name, present))
    return Field(name, kind, len(present) < len(values))


def _of_text(values: Iterable[Any]) -> FieldType:
    texts = [str(value) for value in values]
    if texts and all(_WHOLE.fullmatch(text) for text in texts):
        return FieldType.LONG
    identifier = any(text.isdigit() and not _WHOLE.fullmatch(text) for text in texts)
    if texts and not identifier and all(_is_number(text) for text in texts):
        return FieldType.DOUBLE
    if texts and all(text.lower() in ("true", "false") for text in texts):
        return FieldType.BOOLEAN
    return FieldType.STRING


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?(0|[1-9]\d*)(\.\d*)?([eE][+-]?\d+)?", text) is not None


def _of_values(name: str, values: Iterable[Any]) -> FieldType:
    kinds = {_kind(value) for value in values}
    if kinds == {FieldType.LONG, FieldType.DOUBLE}:
        return FieldType.DOUBLE
    if len(kinds) > 1:
        raise RuleTestError(
            f"field {name} holds values of several types: {', '.join(sorted(kinds))}; "
            f"state one with --type {name}=string (or `types=`)"
        )
    return kinds.pop() if kinds else FieldType.STRING


def _kind(value: Any) -> FieldType:
    # numpy's scalars are no Python numbers, but say as what they can be read.
    value = value.item() if hasattr(value, "item") else value
    return FieldType.TIMESTAMP if isinstance(value, datetime) else type_of(value)


def _event(stream: str, row: Row, time: str, unit: str, fields: Mapping[str, Field]) -> TestEvent:
    """A row as the stream's decoder takes it; the event time in epoch milliseconds."""
    shown = {
        name: _as(value, fields[name].type) if name in fields else value
        for name, value in row.values.items()
        if value is not None
    }
    problem, sent = row.problem, dict(shown)
    if problem is None and time in shown:
        try:
            sent[time] = milliseconds(shown[time], unit)
        except (ValueError, OverflowError):
            problem = f"column {time!r}: found {shown[time]!r}, expected a time"
    return TestEvent(stream, row.number, sent, shown, problem)


def _as(value: Any, kind: FieldType) -> Any:
    if kind is FieldType.STRING and not isinstance(value, str | dict | list):
        return str(value)
    if not isinstance(value, str):
        return value
    match kind:
        case FieldType.LONG if _WHOLE.fullmatch(value):
            return int(value)
        case FieldType.DOUBLE if _is_number(value):
            return float(value)
        case FieldType.BOOLEAN if value.lower() in ("true", "false"):
            return value.lower() == "true"
    return value
