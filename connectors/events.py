"""Rows of a file to events of an Avro schema, and events to message bytes."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import fastavro
import orjson

from tidegate.errors import FileFormatError

# Milliseconds of one unit.
UNITS = {"s": 1000.0, "ms": 1.0, "us": 1e-3, "ns": 1e-6}
TRUE = frozenset({"true", "1", "yes", "t"})
FALSE = frozenset({"false", "0", "no", "f"})
INT = range(-(2**31), 2**31)
LONG = range(-(2**63), 2**63)


class ColumnError(FileFormatError):
    """Raised when a row's value does not fit its field: `column` and `problem`."""

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(f"column {column!r}: {problem}")
        self.column = column
        self.problem = problem


@dataclass(frozen=True)
class _Field:
    name: str
    column: str
    convert: Callable[[Any], Any]
    expected: str
    nullable: bool
    default: Any
    required: bool


class EventSchema:
    """An Avro record schema with the columns that fill its fields.

    Args:
        schema: the Avro schema, parsed JSON.
        columns: file column to field, where their names differ.
        constants: field to the text of a value that every event gets.
        unit: of timestamps that are numbers: s, ms, us or ns.

    Raises:
        FileFormatError: when the schema is no flat record, or a name in `columns` or `constants`
            is none of its fields.
    """

    def __init__(
        self,
        schema: Mapping[str, Any],
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, str] | None = None,
        unit: str = "ms",
    ) -> None:
        columns, constants = columns or {}, constants or {}
        if schema.get("type") != "record":
            raise FileFormatError("the Avro schema is not that of a record")
        try:
            self._parsed = fastavro.parse_schema(dict(schema))
        except fastavro.schema.UnknownType as error:
            raise FileFormatError(f"not an Avro schema: unknown type {error}") from error
        except (fastavro.schema.SchemaParseException, KeyError, TypeError) as error:
            raise FileFormatError(f"not an Avro schema: {error}") from error
        self.names = names = [field["name"] for field in schema["fields"]]
        for name in [*columns.values(), *constants]:
            if name not in names:
                raise FileFormatError(f"field {name!r} is not in the schema: {', '.join(names)}")
        column_of = {field: column for column, field in columns.items()}
        fields = [_field(f, column_of.get(f["name"], f["name"]), unit) for f in schema["fields"]]
        self.timestamps = [f.name for f in fields if f.expected.startswith("a time")]
        self._constants = {
            f.name: _convert(f, constants[f.name]) for f in fields if f.name in constants
        }
        self._fields = [f for f in fields if f.name not in constants]

    def unfilled(self, columns: Any) -> list[str]:
        """Fields that need a value and that a file with these columns does not fill."""
        return [f.name for f in self._fields if f.required and f.column not in columns]

    def unused(self, columns: Any) -> list[str]:
        """Columns that fill no field."""
        used = {field.column for field in self._fields}
        return [column for column in columns if column not in used]

    def event(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The event of a row: field to Python value, a timestamp as epoch milliseconds.

        Raises:
            ColumnError: when a value is missing or is not of its field's type.
        """
        event = dict(self._constants)
        for field in self._fields:
            if (value := values.get(field.column)) is not None:
                event[field.name] = _convert(field, value)
            elif field.column not in values and not field.required:
                event[field.name] = field.default
            elif field.nullable:
                event[field.name] = None
            else:
                raise ColumnError(field.column, f"found nothing, expected {field.expected}")
        return event

    def avro(self, event: Mapping[str, Any]) -> bytes:
        """Avro binary form of an event, without a header."""
        out = io.BytesIO()
        fastavro.schemaless_writer(out, self._parsed, event)
        return out.getvalue()


def to_json(event: Mapping[str, Any]) -> bytes:
    """JSON form of an event; datetimes are ISO 8601 text in UTC, NaN and infinity are null.

    Raises:
        FileFormatError: when a value has no JSON form.
    """
    try:
        return orjson.dumps(
            dict(event), default=_json_value, option=orjson.OPT_PASSTHROUGH_DATETIME
        )
    except orjson.JSONEncodeError as error:
        raise FileFormatError(f"cannot be JSON: {error}") from error


def _json_value(value: Any) -> str:
    """JSON text of what orjson does not write itself; pandas' Timestamp is a datetime too."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC) if value.tzinfo else value
        return f"{value.replace(tzinfo=None).isoformat()}Z"
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(f"a {type(value).__name__} is no JSON")


def message_key(event: Mapping[str, Any], fields: tuple[str, ...]) -> bytes | None:
    r"""Kafka key: the values of `fields` joined by `|`, with `\` and `|` escaped; None for none."""
    if not fields:
        return None
    parts = (str(event.get(name)).replace("\\", "\\\\").replace("|", "\\|") for name in fields)
    return "|".join(parts).encode()


def milliseconds(value: Any, unit: str = "ms") -> int:
    """Epoch milliseconds of a datetime, ISO 8601 text or number; UTC when no zone is said.

    Raises:
        ValueError: when it is none of these.
    """
    if isinstance(value, str):
        try:
            value = float(value) if not value.lstrip("-").isdigit() else int(value)
        except ValueError:
            value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        value = value if value.tzinfo else value.replace(tzinfo=UTC)
        # Whole numbers throughout: a float of today's microseconds is no longer exact.
        since: timedelta = value - datetime(1970, 1, 1, tzinfo=UTC)
        return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError
    if isinstance(value, int) and unit in ("ms", "us", "ns"):
        return value // {"ms": 1, "us": 1000, "ns": 1_000_000}[unit]
    return math.floor(value * UNITS[unit])


def _convert(field: _Field, value: Any) -> Any:
    try:
        return field.convert(value)
    except (ValueError, TypeError, OverflowError) as error:
        shown = value if len(repr(value)) < 60 else f"{str(value)[:60]}..."
        raise ColumnError(field.column, f"found {shown!r}, expected {field.expected}") from error


def _field(field: Mapping[str, Any], column: str, unit: str) -> _Field:
    plain = field["type"]
    nullable = plain == "null" or (isinstance(plain, list) and "null" in plain)
    if isinstance(plain, list):
        branches = [branch for branch in plain if branch != "null"]
        plain = branches[0] if len(branches) == 1 else branches
    convert, expected = _converter(plain, unit, field["name"])
    return _Field(
        name=field["name"],
        column=column,
        convert=convert,
        expected=expected,
        nullable=nullable,
        default=field.get("default"),
        required="default" not in field and not nullable,
    )


def _converter(plain: Any, unit: str, name: str) -> tuple[Callable[[Any], Any], str]:
    """Conversion to an Avro type, and what it expects, in words."""
    if isinstance(plain, Mapping):
        if plain.get("logicalType") == "timestamp-millis":
            return lambda value: milliseconds(value, unit), f"a time (ISO 8601 or {unit})"
        if plain.get("type") == "enum":
            symbols = frozenset(plain["symbols"])
            return lambda value: _symbol(value, symbols), f"one of {', '.join(sorted(symbols))}"
        plain = plain.get("type") if "logicalType" not in plain else json.dumps(plain)
    converters: dict[Any, tuple[Callable[[Any], Any], str]] = {
        "boolean": (_boolean, "true or false"),
        "int": (lambda value: _whole(value, INT), "a whole number (32 bits)"),
        "long": (lambda value: _whole(value, LONG), "a whole number (64 bits)"),
        "float": (_number, "a number"),
        "double": (_number, "a number"),
        "string": (_text, "text"),
    }
    if isinstance(plain, str) and plain in converters:
        return converters[plain]
    raise FileFormatError(
        f"field {name!r}: Avro type {json.dumps(plain)} cannot be filled from rows"
    )


def _boolean(value: Any) -> bool:
    text = str(value).lower()
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    raise ValueError


def _whole(value: Any, limits: range) -> int:
    if isinstance(value, float) or (isinstance(value, str) and not value.lstrip("+-").isdigit()):
        if not float(value).is_integer():
            raise ValueError
        value = float(value)
    number = int(value)
    if number not in limits:
        raise ValueError
    return number


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        raise TypeError
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _symbol(value: Any, symbols: frozenset[str]) -> str:
    if value not in symbols:
        raise ValueError
    return str(value)
