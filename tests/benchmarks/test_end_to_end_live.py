from __future__ import annotations

from datetime import UTC, datetime

from benchmarks.end_to_end_live import Live, percentiles


def at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def test_latency_is_counted_from_the_watermark_and_from_the_bound() -> None:
    live = Live()
    alert = {"end_time": at(1_000), "detected_at": at(1_620), "created_at": at(1_650)}
    live.add(alert, read_ms=1_660.0, bound_ms=500.0)
    assert live.beyond_watermark == [40.0]
    assert live.beyond_bound == [160.0]
    assert {name: values[0] for name, values in live.steps.items()} == {
        "bound to watermark": 120.0,
        "watermark to alert": 30.0,
        "alert to subscriber": 10.0,
    }


def test_percentiles_are_those_of_all_alerts() -> None:
    assert percentiles([float(i) for i in range(101)]) == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
