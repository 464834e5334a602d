"""A result as JSON."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import Any

import orjson

from tidegate.testing.results import Result


def to_json(result: Result) -> str:
    """One JSON object: the result's attributes, times in ISO 8601, durations in seconds."""
    document = {
        field.name: [_one(each) for each in value] if isinstance(value, tuple) else value
        for field in dataclasses.fields(result)
        if field.name != "fields"
        for value in [getattr(result, field.name)]
    }
    options = orjson.OPT_INDENT_2 | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS
    return orjson.dumps(document, default=_plain, option=options).decode()


def _one(each: Any) -> Any:
    if not dataclasses.is_dataclass(each):
        return each
    values = {field.name: getattr(each, field.name) for field in dataclasses.fields(each)}
    if "events" in values:
        values["events"] = [{"stage": stage, **event} for stage, event in values["events"]]
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value)
