"""Values of rows as a stream's JSON decoder takes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson

from connectors.events import FALSE, TRUE, milliseconds
from tidegate.errors import RuleTestError
from tidegate.streams import FieldType, Stream

_WHOLE = re.compile(r"[+-]?\d{1,19}")


def to_json(row: Mapping[str, Any]) -> bytes:
    """The JSON object of an event; datetimes become ISO 8601 in UTC, NaN and infinity null.

    Raises:
        RuleTestError: when a value has no JSON form.
    """
    options = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_SERIALIZE_NUMPY
    try:
        return orjson.dumps(dict(row), default=_plain, option=options)
    except orjson.JSONEncodeError as error:
        raise RuleTestError(f"events: {dict(row)}: cannot be JSON: {error}") from error


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(f"a {type(value).__name__} is no JSON")


def iso(time: datetime) -> str:
    """ISO 8601 text in UTC of a time; one without a zone is taken for UTC."""
    time = time.astimezone(UTC) if time.tzinfo else time
    return f"{time.replace(tzinfo=None).isoformat()}Z"


def typed(row: Mapping[str, Any], stream: Stream, text: bool) -> dict[str, Any]:
    """A row with its fields' types, as the stream's decoder takes it.

    What does not fit stays as it is: the decoder then says what is wrong with it, as in the job.

    Args:
        row: the values.
        stream: the stream with the format that its messages have in the job.
        text: whether the values are text of a CSV file.
    """
    fields = {field.name: field.type for field in stream.fields}
    values = {
        name: _typed(value, fields.get(name)) if text and isinstance(value, str) else value
        for name, value in row.items()
    }
    time = stream.event_time.field
    value = values.get(time)
    # A JSON message is read as it is; an Avro message holds what this makes of the text.
    if isinstance(value, datetime) or (
        isinstance(value, str) and (text or stream.decoder.kind != "json")
    ):
        values[time] = _time(value, stream.event_time.unit)
    return values


def _typed(text: str, kind: FieldType | None) -> Any:
    match kind:
        case FieldType.LONG if _WHOLE.fullmatch(text):
            return int(text)
        case FieldType.DOUBLE:
            try:
                return float(text)
            except ValueError:
                return text
        case FieldType.BOOLEAN if text.lower() in TRUE | FALSE:
            return text.lower() in TRUE
        case FieldType.TIMESTAMP if _WHOLE.fullmatch(text):
            return int(text)
    return text


def _time(value: datetime | str, unit: str) -> Any:
    """A time in a stream's unit; text that is none as it is."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    return iso(value) if unit == "iso8601" else in_unit(milliseconds(value), unit)


def in_unit(time: int, unit: str) -> int | float | str:
    """An event time, epoch ms, as a stream's messages have it: a number of a unit, or ISO 8601."""
    if unit == "iso8601":
        return iso(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time))
    if unit == "s":
        return time / 1000
    return time * {"ms": 1, "us": 1000, "ns": 1_000_000}[unit]
