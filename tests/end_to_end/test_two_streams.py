"""Several streams, formats and key expressions in one job."""

from __future__ import annotations

from pathlib import Path

from connectors.kafka import REPLAY_TOPIC, ensure_topic
from tests.cluster import Submitter
from tests.end_to_end.job import PIPELINES, DetectJob
from tidegate.stack.options import StackOptions

START = 1_700_000_000_000
SECOND = 1_000


def at(seconds: float) -> int:
    return START + int(seconds * SECOND)


def test_rules_over_two_streams_and_two_keys_share_one_job_and_absence_fires_by_time(
    stack: StackOptions, submit: Submitter, tmp_path: Path
) -> None:
    name, lake = "boiler", tmp_path / "lake"

    def job(stream: str, schema: Path | None) -> DetectJob:
        pipeline = PIPELINES / "boiler.yaml"
        # As many partitions as source subtasks: one without any would hold time back until idle.
        return DetectJob(stack, submit, name, pipeline, lake, f"{name}-{stream}", schema, 2)

    temperatures = job("temperatures", PIPELINES / "boiler_temperature.avsc")
    pressures = job("pressures", None)
    ensure_topic(stack.bootstrap, f"{name}-alerts", 1, REPLAY_TOPIC)

    heat = [("b1", 0, 95.0), ("b2", 0, 95.0), ("b3", 1, 80.0)]
    # b1 drops at the very time it gets hot: temperatures come first at equal time. b2 is too late.
    push = [
        ("b1", 0, 1.5, "north"),
        ("b3", 2, 1.5, "south"),
        ("b2", 11, 1.5, "north"),
        ("b3", 20, 3.0, "south"),
    ]
    # A boiler keeps to its partition; each partition gets an end.
    heat += [("end0", 120, 0.0), ("end1", 120, 0.0)]
    push += [("end0", 120, 3.0, "east"), ("end1", 120, 3.0, "east")]
    partitions = {"b1": 0, "b2": 1, "b3": 0, "end0": 0, "end1": 1}
    sent = temperatures.produce(
        (partitions[b], temperatures.encode({"boiler": b, "ts": at(s), "celsius": c}))
        for b, s, c in heat
    )
    sent += pressures.produce(
        (partitions[b], pressures.encode({"boiler": b, "ts": at(s), "bar": p, "hall": h}))
        for b, s, p, h in push
    )
    temperatures.start(parallelism=2, preflight=True)
    # What waits at the end: the last temperatures once, the last pressures for both of their keys.
    temperatures.wait_until_handled(read=sent, pending=6)
    temperatures.stop()

    found = {
        (alert["rule_id"], alert["key"], alert["events"][-1]["identity"])
        for alert in temperatures.alerts()
    }
    assert found == {
        ("heat_then_pressure_drop", "b1", f"b1|{at(0)}"),
        ("silent_hall", "north", f"b1|{at(0)}"),
        ("silent_hall", "north", f"b2|{at(11)}"),
    }
    timeouts = temperatures.table("timeouts")
    assert set(zip(timeouts["rule_id"], timeouts["key"], strict=True)) == {
        ("heat_then_pressure_drop", "b2")
    }
    assert len(temperatures.table("events_pressures")) == len(push)
