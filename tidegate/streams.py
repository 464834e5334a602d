"""Streams: what a topic's events look like and how they lie in time.

A stream's fields come from an Avro schema, whatever format the messages have; the schema is the
contract with the producers. Nested records, arrays and maps are no fields: conditions read flat
events.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from enum import StrEnum
from typing import Any

from fastavro.schema import SchemaParseException, UnknownType, parse_schema

from tidegate.errors import DocumentError


class FieldType(StrEnum):
    """Type of a field and of an expression; `TIMESTAMP` counts milliseconds since 1970 UTC."""

    BOOLEAN = "boolean"
    LONG = "long"
    DOUBLE = "double"
    STRING = "string"
    TIMESTAMP = "timestamp"

    @property
    def numeric(self) -> bool:
        """Whether arithmetic works on it."""
        return self in (FieldType.LONG, FieldType.DOUBLE)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a stream's events."""

    name: str
    type: FieldType
    nullable: bool


@dataclass(frozen=True, slots=True)
class EventTime:
    """The field that holds the event time and the unit it is written in."""

    field: str
    unit: str  # ms, s, us, ns or iso8601


@dataclass(frozen=True, slots=True)
class Decoder:
    """How a message's bytes become an event: `avro`, `confluent_avro` or `json`."""

    kind: str
    schema: str | None = None  # Avro schema text, for `avro`
    registry: str | None = None  # URL, for `confluent_avro`


@dataclass(frozen=True, slots=True)
class Derived:
    """A field that an event gets from the events of its key before it.

    Attributes:
        function: count, sum, avg, min, max, distinct, stddev, previous or latest.
        stream: the stream looked back at; another one for `latest` only.
        field: the field looked at; None for events as such.
        by: key fields by stream.
        events: how many events are looked back at; None for a time range.
        range_ms: the time range, its beginning excluded; None for a number of events.
        including_current: whether the event itself counts.
    """

    name: str
    type: FieldType
    function: str
    stream: str
    field: str | None
    by: Mapping[str, tuple[str, ...]]
    events: int | None
    range_ms: int | None
    including_current: bool


@dataclass(frozen=True, slots=True)
class Stream:
    """A named stream of events of one type.

    Attributes:
        topics: Kafka topics that carry it.
        key: fields that an event must have; one without is a dead letter.
        start: where a new job begins to read: earliest, latest or committed.
        bounded: whether reading stops at the end offsets found at the start.
        out_of_orderness_ms: how far an event may lie behind the newest of its partition.
        idleness_ms: silence after which a partition no longer holds back time; None for never.
        max_future_ms: how far an event may lie ahead of the broker's append time; None for any.
        identity: fields that make equal events equal; empty means all of them.
        priority: order among streams at equal event time, smallest first.
        deduplication_ms: horizon within which an identity is taken once; None for no horizon.
        alignment_ms: how far a source may run ahead of the slowest; None for any.
        store: whether the events themselves are kept in Iceberg.
        derived: fields that events get when they are handled, beside those of the schema.
        hidden: why fields cannot be read where the stream is read, by name.
    """

    name: str
    topics: tuple[str, ...]
    fields: tuple[Field, ...]
    decoder: Decoder
    event_time: EventTime
    key: tuple[str, ...]
    start: str = "earliest"
    bounded: bool = False
    out_of_orderness_ms: int = 0
    idleness_ms: int | None = 60_000
    max_future_ms: int | None = 60_000
    identity: tuple[str, ...] = ()
    priority: int = 0
    deduplication_ms: int | None = None
    alignment_ms: int | None = 60_000
    store: bool = False
    derived: tuple[Derived, ...] = ()
    hidden: Mapping[str, str] = dataclass_field(default_factory=dict)

    def seen_as(self, fields: tuple[Field, ...], hidden: Mapping[str, str]) -> Stream:
        """The same stream with other fields to read, and reasons why some cannot be read."""
        return replace(self, fields=fields, hidden=hidden)

    def field(self, name: str) -> Field | None:
        """The field `name`, or None when the stream has no such field."""
        return next((field for field in self.fields if field.name == name), None)


_PRIMITIVES = {
    "boolean": FieldType.BOOLEAN,
    "int": FieldType.LONG,
    "long": FieldType.LONG,
    "float": FieldType.DOUBLE,
    "double": FieldType.DOUBLE,
    "string": FieldType.STRING,
}
_TIMESTAMP_UNITS = {"timestamp-millis": "ms", "timestamp-micros": "us", "timestamp-nanos": "ns"}


def fields_from_avro(schema: str, origin: str) -> tuple[Field, ...]:
    """Fields of an Avro record schema.

    Args:
        schema: the schema's JSON text.
        origin: file that the text comes from, for errors.

    Raises:
        DocumentError: when it is no JSON, no record, or a field's type cannot be a field's.
    """
    return tuple(
        Field(name, _field_type(name, plain, origin)[0], nullable)
        for name, plain, nullable in _avro_fields(schema, origin)
    )


def event_time_unit(schema: str, name: str, origin: str) -> str:
    """Unit of the event time field `name`: its logical type's, iso8601 for a string, else ms.

    Raises:
        DocumentError: when the schema has no such field or it can hold no time.
    """
    for field, plain, _ in _avro_fields(schema, origin):
        if field == name:
            kind, unit = _field_type(name, plain, origin)
            if kind in (FieldType.TIMESTAMP, FieldType.LONG):
                return unit or "ms"
            if kind is FieldType.STRING:
                return "iso8601"
            raise DocumentError(
                f"{origin}: event_time {name}: found {kind}, "
                "expected timestamp-millis, long or string"
            )
    known = ", ".join(field for field, _, _ in _avro_fields(schema, origin))
    raise DocumentError(f"{origin}: event_time {name}: no such field; the schema has {known}")


def _avro_fields(schema: str, origin: str) -> list[tuple[str, Any, bool]]:
    """Name, type without null, and nullability of every field of a record schema."""
    try:
        record = json.loads(schema)
    except json.JSONDecodeError as error:
        raise DocumentError(f"{origin}: not a JSON Avro schema: {error}") from error
    if not isinstance(record, Mapping) or record.get("type") != "record":
        raise DocumentError(f"{origin}: expected an Avro record schema at the top")
    try:
        # fastavro changes what it is given.
        parse_schema(json.loads(schema))
    except (SchemaParseException, UnknownType, KeyError, TypeError, ValueError) as error:
        raise DocumentError(f"{origin}: not an Avro schema: {error!r}") from error
    fields = []
    for field in record.get("fields", []):
        plain = field["type"]
        nullable = isinstance(plain, list) and "null" in plain
        if isinstance(plain, list):
            plain = [branch for branch in plain if branch != "null"]
            plain = plain[0] if len(plain) == 1 else plain
        fields.append((field["name"], plain, nullable))
    if not fields:
        raise DocumentError(f"{origin}: the Avro record has no fields")
    return fields


def _field_type(name: str, plain: Any, origin: str) -> tuple[FieldType, str | None]:
    """Type of an Avro type without null, and the unit when it is a timestamp."""
    if isinstance(plain, Mapping):
        if plain.get("logicalType") in _TIMESTAMP_UNITS:
            return FieldType.TIMESTAMP, _TIMESTAMP_UNITS[plain["logicalType"]]
        if plain.get("type") == "enum":
            return FieldType.STRING, None
        # Other logical types (date, decimal over bytes) have meanings that their plain type hides.
        plain = plain.get("type") if "logicalType" not in plain else plain
    if isinstance(plain, str) and plain in _PRIMITIVES:
        return _PRIMITIVES[plain], None
    raise DocumentError(
        f"{origin}: field {name}: Avro type {json.dumps(plain)} cannot be a field; expected "
        "boolean, int, long, float, double, string, enum, a timestamp, or one of them with null"
    )
