"""Messages that cannot become events, each with the reason that its dead letter must give."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

Event = dict[str, Any]


def _without(field: str) -> Callable[[Event], bytes]:
    return lambda event: json.dumps({k: v for k, v in event.items() if k != field}).encode()


def _with(field: str, value: Callable[[], Any]) -> Callable[[Event], bytes]:
    return lambda event: json.dumps(event | {field: value()}).encode()


WAYS: list[tuple[str, Callable[[Event], bytes | None]]] = [
    ("null_value", lambda event: None),
    ("empty_value", lambda event: b""),
    ("malformed", lambda event: json.dumps(event).encode()[:-7]),
    ("malformed", lambda event: b"\xff\xfe\x00binary"),
    ("trailing_bytes", lambda event: json.dumps(event).encode() + b"{}"),
    ("not_a_record", lambda event: json.dumps([event]).encode()),
    ("wrong_type", _with("amount", lambda: "many")),
    ("missing_field", _without("amount")),
    ("missing_key", _without("customer_id")),
    ("missing_timestamp", _without("ts")),
    ("invalid_timestamp", _with("ts", lambda: "yesterday")),
    ("timestamp_in_future", _with("ts", lambda: int(time.time() * 1000) + 86_400_000)),
]
