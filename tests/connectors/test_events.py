from __future__ import annotations

import io
import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import fastavro
import orjson
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas
from connectors.events import ColumnError, EventSchema, message_key, milliseconds, to_json
from tidegate.errors import FileFormatError

READING: dict[str, Any] = {
    "type": "record",
    "name": "Reading",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "value", "type": ["null", "double"], "default": None},
        {"name": "n", "type": "int", "default": 7},
        {"name": "big", "type": ["null", "long"]},
        {"name": "on", "type": ["null", "boolean"], "default": None},
        {"name": "mode", "type": ["null", {"type": "enum", "name": "Mode", "symbols": ["A", "B"]}]},
    ],
}
ROW = {"id": "x", "ts": "2024-01-02T03:04:05.678Z"}
TS = 1_704_164_645_678


def decode(data: bytes) -> Any:
    return fastavro.schemaless_reader(io.BytesIO(data), fastavro.parse_schema(READING), None)


def test_text_becomes_the_types_of_the_schema() -> None:
    row = {**ROW, "value": "1.5", "n": "12", "big": "9007199254740993", "on": "True", "mode": "B"}
    event = EventSchema(READING).event(row)
    assert event == {
        "id": "x",
        "ts": TS,
        "value": 1.5,
        "n": 12,
        "big": 9007199254740993,
        "on": True,
        "mode": "B",
    }


def test_absent_columns_get_the_default_or_null() -> None:
    event = EventSchema(READING).event(ROW)
    assert (event["value"], event["n"], event["big"], event["on"]) == (None, 7, None, None)


def test_columns_are_renamed_and_constants_set() -> None:
    schema = EventSchema(READING, columns={"Time": "ts"}, constants={"id": "ur3", "n": "3"})
    event = schema.event({"Time": ROW["ts"], "id": "not this one"})
    assert (event["id"], event["ts"], event["n"]) == ("ur3", TS, 3)
    assert schema.unfilled(["Time"]) == []
    assert schema.unfilled(["other"]) == ["ts"]
    assert schema.unused(["Time", "id", "extra"]) == ["id", "extra"]


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("value", "abc", "a number"),
        ("value", True, "a number"),
        ("n", "1.5", "a whole number"),
        ("n", str(2**31), "a whole number"),
        ("big", 2**63, "a whole number"),
        ("big", math.inf, "a whole number"),
        ("on", "maybe", "true or false"),
        ("mode", "C", "one of A, B"),
        ("ts", "yesterday", "a time"),
        ("ts", math.nan, "a time"),
        ("ts", True, "a time"),
        ("id", ["a"], "text"),
        ("id", None, "text"),
        ("n", None, "a whole number"),
    ],
)
def test_a_value_that_does_not_fit_is_named(column: str, value: Any, expected: str) -> None:
    with pytest.raises(ColumnError, match=f"expected {expected}") as error:
        EventSchema(READING).event({**ROW, column: value})
    assert error.value.column == column


@pytest.mark.parametrize(
    ("columns", "constants", "message"),
    [
        ({"a": "nope"}, {}, "field 'nope' is not in the schema: id, ts"),
        ({}, {"nope": "1"}, "field 'nope' is not in the schema"),
        ({}, {"n": "abc"}, "found 'abc', expected a whole number"),
    ],
)
def test_names_and_constants_are_checked_at_once(
    columns: dict[str, str], constants: dict[str, str], message: str
) -> None:
    with pytest.raises(FileFormatError, match=message):
        EventSchema(READING, columns, constants)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "record", "name": "R", "fields": [{"name": "a", "type": "nope"}]},
        {
            "type": "record",
            "name": "R",
            "fields": [{"name": "a", "type": {"type": "array", "items": "int"}}],
        },
    ],
)
def test_a_schema_that_rows_cannot_fill_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(FileFormatError):
        EventSchema(schema)


@given(
    st.fixed_dictionaries(
        {
            "id": st.text(st.characters(exclude_categories=["Cs"])),
            "ts": st.integers(-(2**40), 2**45),
            "value": st.none() | st.floats(allow_nan=False),
            "n": st.integers(-(2**31), 2**31 - 1),
            "big": st.none() | st.integers(-(2**63), 2**63 - 1),
            "on": st.none() | st.booleans(),
            "mode": st.none() | st.sampled_from("AB"),
        }
    )
)
def test_an_event_survives_avro_and_json(row: dict[str, Any]) -> None:
    schema = EventSchema(READING)
    event = schema.event(row)
    assert event == row
    decoded = decode(schema.avro(event))
    decoded["ts"] = milliseconds(decoded["ts"])
    assert decoded == event
    shown = {**event, "value": None if event["value"] in (math.inf, -math.inf) else event["value"]}
    assert orjson.loads(to_json(event)) == shown


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)), st.integers(-12, 12))
def test_a_time_is_the_same_in_every_spelling(moment: datetime, hours: int) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    utc = moment.replace(tzinfo=UTC)
    expected = round(utc.timestamp() * 1000)
    elsewhere = utc.astimezone(timezone(timedelta(hours=hours)))
    spellings = [moment, utc, elsewhere, moment.isoformat(), elsewhere.isoformat()]
    assert {milliseconds(spelling) for spelling in spellings} == {expected}
    for unit, factor in (("ms", 1), ("us", 1000), ("ns", 1_000_000)):
        assert milliseconds(expected * factor, unit) == expected
        assert milliseconds(str(expected * factor), unit) == expected
    assert milliseconds(expected // 1000, "s") == expected // 1000 * 1000


def test_json_of_dates_is_text_and_what_has_no_json_form_is_refused() -> None:
    east = timezone(timedelta(hours=2))
    event = {
        "naive": datetime(2024, 1, 2, 3, 4, 5, 678000),
        "zoned": datetime(2024, 1, 2, 5, 4, 5, tzinfo=east),
        "pandas": pd.Timestamp(TS, unit="ms"),
        "date": date(2024, 1, 2),
        "price": Decimal("1.10"),
        "nan": math.nan,
    }
    assert orjson.loads(to_json(event)) == {
        "naive": "2024-01-02T03:04:05.678000Z",
        "zoned": "2024-01-02T03:04:05Z",
        "pandas": "2024-01-02T03:04:05.678000Z",
        "date": "2024-01-02",
        "price": "1.10",
        "nan": None,
    }
    for value in (b"bytes", 2**70):
        with pytest.raises(FileFormatError, match="cannot be JSON"):
            to_json({"a": value})


@given(st.lists(st.text(alphabet="a|\\", max_size=4), min_size=2, max_size=2, unique=True))
def test_different_values_give_different_keys(values: list[str]) -> None:
    first, second = values
    fields = ("a", "b")
    assert message_key({"a": first, "b": second}, fields) != message_key(
        {"a": second, "b": first}, fields
    )
    assert message_key({"a": first + "|" + second, "b": ""}, fields) != message_key(
        {"a": first, "b": second}, fields
    )


def test_no_key_fields_give_no_key() -> None:
    assert message_key({"a": 1}, ()) is None
    assert message_key({"a": "x|y", "b": 2}, ("a", "b")) == b"x\\|y|2"


@pytest.mark.parametrize("name", ["cobot_reading.avsc", "transaction.avsc"])
def test_our_own_schemas_can_be_filled_from_rows(name: str) -> None:
    assert EventSchema(schemas.load(name)).timestamps == ["ts"]
