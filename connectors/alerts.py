"""Alerts as subscribers read them: Avro values of ``schemas/alert.avsc``."""

from __future__ import annotations

import io
import json
from functools import cache
from typing import Any

import fastavro

import schemas
from tidegate.errors import AlertError


@cache
def _schema() -> Any:
    return fastavro.parse_schema(json.loads(schemas.text("alert.avsc")))


def read_alert(value: bytes | None) -> dict[str, Any]:
    """The alert in a message's value; times are aware datetimes.

    Raises:
        AlertError: when the bytes are not one whole alert.
    """
    body = io.BytesIO(value or b"")
    try:
        alert: Any = fastavro.schemaless_reader(body, _schema(), None)
        if body.read(1):
            raise ValueError("bytes are left over")
    except (ValueError, IndexError, EOFError, KeyError, UnicodeDecodeError) as error:
        raise AlertError(f"not an alert: {error or type(error).__name__}") from error
    found: dict[str, Any] = alert
    return found
