"""A file of events into a topic, at the pace of its own timestamps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from connectors.events import ColumnError, EventSchema, message_key, milliseconds, to_json
from connectors.files import EventFile, Row
from tidegate.errors import FileFormatError


class Sender(Protocol):
    """Takes messages; `connectors.kafka.Producer` is one."""

    def send(self, topic: str, value: bytes, key: bytes | None = None) -> None:
        """Hand over one message."""


@dataclass(frozen=True)
class Reject:
    """A row that was not sent.

    Attributes:
        file: where it stands.
        number: its line, or its row in a Parquet file.
        column: the column that does not fit, or None when the whole row does not.
        problem: what was found and what was expected.
    """

    file: Path
    number: int
    column: str | None
    problem: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.number}"
        return (
            f"{where}: column {self.column!r}: {self.problem}"
            if self.column
            else (f"{where}: {self.problem}")
        )


@dataclass(frozen=True)
class Form:
    """How rows become messages.

    Attributes:
        schema: the events' Avro schema; None passes the rows of typed files through as JSON.
        format: `avro` or `json`.
        event_time: field that holds the event time; None for the schema's only timestamp.
        key: fields of the message key; none for no key.
        unit: of times that are numbers: s, ms, us or ns.
        columns: file column to field, where names differ.
    """

    schema: EventSchema | None
    format: str = "avro"
    event_time: str | None = None
    key: tuple[str, ...] = ()
    unit: str = "ms"
    columns: Mapping[str, str] = field(default_factory=dict)

    def time_field(self) -> str:
        """Field that holds the event time.

        Raises:
            FileFormatError: when it is not said and the schema does not tell.
        """
        if self.event_time is not None:
            return self.event_time
        found = self.schema.timestamps if self.schema else []
        if len(found) != 1:
            raise FileFormatError(
                "say which field holds the event time: --event-time FIELD"
                + (f" (one of {', '.join(found)})" if found else "")
            )
        return found[0]

    def check_names(self) -> None:
        """Refuse key and time fields that the schema does not have.

        Raises:
            FileFormatError: naming the field.
        """
        for name in (*self.key, self.time_field()):
            if self.schema is not None and name not in self.schema.names:
                raise FileFormatError(
                    f"field {name!r} is not in the schema: {', '.join(self.schema.names)}"
                )

    def check(self, file: EventFile) -> list[str]:
        """Columns of the file that no field takes.

        Raises:
            FileFormatError: when the file cannot fill the schema, or has no types and no schema.
        """
        if self.schema is None:
            if self.format != "json":
                raise FileFormatError("Avro messages need a schema: --schema FILE.avsc")
            if file.format == "csv":
                raise FileFormatError(f"{file.path}: CSV has no types; give --schema FILE.avsc")
            return []
        if file.columns is None:
            return []
        unfilled = self.schema.unfilled(file.columns)
        if unfilled:
            raise FileFormatError(
                f"{file.path}: nothing fills field {unfilled[0]!r}; the columns are "
                f"{', '.join(file.columns)}; use --map COLUMN={unfilled[0]} or "
                f"--set {unfilled[0]}=VALUE"
            )
        return self.schema.unused(file.columns)

    def event(self, row: Row) -> dict[str, Any]:
        """Event of a row; raises ColumnError when a value does not fit."""
        if self.schema is not None:
            return self.schema.event(row.values)
        return {self.columns.get(name, name): value for name, value in row.values.items()}

    def time_of(self, event: Mapping[str, Any], name: str) -> int:
        """Epoch milliseconds of an event; raises ColumnError when it has none."""
        value = event.get(name)
        try:
            return milliseconds(value, "ms" if self.schema else self.unit)
        except (ValueError, OverflowError) as error:
            raise ColumnError(name, f"found {value!r}, expected a time") from error

    def value(self, event: Mapping[str, Any]) -> bytes:
        """Message bytes of an event."""
        if self.format == "avro" and self.schema is not None:
            return self.schema.avro(event)
        return to_json(event)


class Pace:
    """When an event is due, from event time and the speed.

    Args:
        speed: how many seconds of event time pass in one; 0 for as fast as possible.
        clock: seconds, monotonic.
        pause: waits for a number of seconds.
    """

    def __init__(
        self,
        speed: float,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._speed = speed
        self._clock = clock
        self._pause = pause
        self._start: tuple[float, int] | None = None

    def wait_for(self, timestamp: int) -> None:
        """Return when an event of epoch millisecond `timestamp` is due.

        The first event is due at once, and so is one that is older than its turn.
        """
        if self._speed == 0:
            return
        if self._start is None:
            self._start = (self._clock(), timestamp)
        begun, first = self._start
        due = begun + (timestamp - first) / 1000 / self._speed
        if (left := due - self._clock()) > 0:
            self._pause(left)


def replay(
    rows: Iterable[Row],
    file: Path,
    form: Form,
    topic: str,
    sender: Sender,
    pace: Pace,
    rejected: Callable[[Reject], None],
    progress: Callable[[], None] = lambda: None,
) -> int:
    """Send the events of `rows` in their order; returns how many were sent.

    Every row is either sent or told to `rejected`; `progress` is called once a row.

    Raises:
        KafkaError: when the broker refuses an event.
    """
    name = form.time_field()
    sent = 0
    for row in rows:
        progress()
        if row.problem is not None:
            rejected(Reject(file, row.number, None, row.problem))
            continue
        try:
            event = form.event(row)
            timestamp = form.time_of(event, name)
            value = form.value(event)
        except ColumnError as error:
            rejected(Reject(file, row.number, error.column, error.problem))
            continue
        except FileFormatError as error:
            rejected(Reject(file, row.number, None, str(error)))
            continue
        pace.wait_for(timestamp)
        sender.send(topic, value, message_key(event, form.key))
        sent += 1
    return sent
