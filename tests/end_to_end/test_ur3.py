"""A real robot's session through the patterns, windows and the model."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from connectors.local_run.windows import Cut, load_cutter
from tests.cluster import Submitter
from tests.end_to_end.data import ur3_readings
from tests.end_to_end.job import DetectJob
from tests.end_to_end.reference_cobot import Reading, expected_matches
from tidegate.pipeline import load_pipeline
from tidegate.plan import compile_plan
from tidegate.stack.jars import ROOT
from tidegate.stack.options import StackOptions

PIPELINE = ROOT / "pipelines" / "cobot.yaml"


def window_of(
    readings: list[Reading], end_ts: int, channels: list[str], length: int
) -> tuple[str, np.ndarray | None]:
    """Status and values float32 [channels, length] of the window that ends with a reading."""
    position = next(i for i, r in enumerate(readings) if r["ts"] == end_ts)
    if position + 1 < length:
        return "short_history", None
    rows = readings[position + 1 - length : position + 1]
    values = np.array(
        [[np.nan if r[name] is None else r[name] for r in rows] for name in channels], np.float32
    )
    return ("nan", None) if np.isnan(values).any() else ("ok", values)


def _cut(cut: Cut) -> tuple[str, str, str, bytes | None]:
    return cut.rule, cut.key, cut.status, _bits(cut.values)


def _bits(values: object) -> bytes | None:
    return None if values is None else np.asarray(values, np.float32).tobytes()


# The scorer inside the TaskManager, as flink-conf has it, and in a process of its own.
@pytest.mark.parametrize("mode", ["thread", "process"])
def test_matches_and_windows_equal_an_independent_computation(
    stack: StackOptions, submit: Submitter, tmp_path: Path, mode: str
) -> None:
    readings: list[Reading] = [*ur3_readings()]
    expected = expected_matches(readings)
    print(f"{len(readings)} readings, expected: {dict(Counter(rule for rule, _, _ in expected))}")
    assert len({rule for rule, _, _ in expected}) == 2

    run = DetectJob(
        stack,
        submit,
        "cobot",
        PIPELINE,
        tmp_path / "lake",
        f"cobot-joints-{mode}",
        ROOT / "schemas" / "cobot_reading.avsc",
    )
    end = dict.fromkeys(readings[0]) | {
        "robot_id": "end",
        "ts": int(readings[-1]["ts"] or 0) + 600_000,
    }
    run.produce((0, run.encode(reading)) for reading in [*readings, end])
    topics = [f"streams.joints.topic={run.topic}", f"alerts.topic=cobot-alerts-{mode}"]
    run.start(preflight=True, settings=topics, flink=[f"python.execution-mode={mode}"])
    run.wait_until_handled(read=len(readings) + 1, pending=1)
    run.stop()

    matches = run.table("matches")
    found = {
        (rule, key, tuple(int(e["event_time"].timestamp() * 1000 + 0.5) for e in events))
        for rule, key, events in zip(
            matches["rule_id"], matches["key"], matches["events"], strict=True
        )
    }
    assert found == expected
    assert len(matches) == len(expected)

    window = compile_plan(load_pipeline(PIPELINE)).document["window"]
    statuses = Counter()
    for row in matches.itertuples():
        end_ts = int(row.end_time.timestamp() * 1000 + 0.5)
        status, values = window_of(readings, end_ts, window["channels"], window["length"])
        statuses[status] += 1
        assert row.window_status == status
        if values is not None:
            np.testing.assert_array_equal(
                np.asarray(row.window_values, np.float32), values.reshape(-1)
            )
    print(f"windows: {dict(statuses)}")
    # What a training with this pipeline as its trigger is given: the same windows, bit for bit.
    trained = load_cutter(PIPELINE).cut(readings, np.array([r["ts"] for r in readings]))
    assert Counter(map(_cut, trained.cuts)) == Counter(
        (row.rule_id, row.key, row.window_status, _bits(row.window_values))
        for row in matches.itertuples()
    )
    scores = run.table("scores")
    assert len(scores) == statuses["ok"] > 0
    assert scores["score_status"].eq("ok").all()
    assert scores["score"].between(0, 1).all()
    unscored = set(matches.loc[matches["window_status"] != "ok", "match_id"])
    alerted = set(scores.loc[scores["score"] >= scores["threshold"], "match_id"])
    assert {alert["match_id"] for alert in run.alerts(f"cobot-alerts-{mode}")} == alerted | unscored
