"""Alerts as the job writes them, for tests of those who read them."""

from __future__ import annotations

import io
from typing import Any

import fastavro

import schemas


def alert(number: int, **changes: Any) -> dict[str, Any]:
    """An alert with all required fields; `changes` replace some."""
    return {
        "alert_id": f"{number:032x}",
        "match_id": f"{number + 1000:032x}",
        "rule_id": "card_testing",
        "rule_version": 1,
        "fingerprint": "0" * 64,
        "severity": "high",
        "shadow": False,
        "key": f"card-{number}",
        "start_time": 1_700_000_000_000,
        "end_time": 1_700_000_000_250 + number * 1000,
        "detected_at": 1_700_000_100_000,
        "created_at": 1_700_000_100_001,
        "summary": f"card {number}: 1 small charge, then 1500.00",
        "measures": {"total": 1501.5, "count": 2, "place": "x", "known": True, "none": None},
        "events": [
            {
                "stage": "test_charge",
                "stream": "transactions",
                "timestamp": 1_700_000_000_000,
                "topic": "t",
                "partition": 0,
                "offset": number,
                "identity": str(number),
            }
        ],
        "window_status": "none",
        "score_status": "unscored",
        **changes,
    }


def encoded(document: dict[str, Any]) -> bytes:
    """Avro binary form of an alert."""
    out = io.BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema(schemas.load("alert.avsc")), document)
    return out.getvalue()
