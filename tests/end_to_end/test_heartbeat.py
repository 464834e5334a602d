"""Absences on quiet streams, on the real broker and cluster."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from connectors.kafka import Producer, messages
from tests.cluster import Submitter
from tests.end_to_end.job import PIPELINES, DetectJob
from tidegate.stack.options import StackOptions

PIPELINE = PIPELINES / "heartbeat.yaml"
ABSENT_MS, LAG_MS = 2_000, 1_000
LIMIT_S = 120.0


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Sender:
    """Sends transactions of the present, and beats, each acknowledged on return."""

    def __init__(self, job: DetectJob, bootstrap: str) -> None:
        self._job, self._bootstrap = job, bootstrap
        self._sent = 0

    def transaction(self, card: str, amount: float, ts: int) -> int:
        self._sent += 1
        event = {"id": self._sent, "card": card, "merchant": "m", "amount": amount, "ts": ts}
        self._job.produce([(0, json.dumps(event).encode())])
        return ts

    def beat(self) -> None:
        producer = Producer(self._bootstrap)
        producer.send(f"{self._job.name}-beats", str(now_ms()).encode(), b"beat")
        producer.close()


def found(job: DetectJob, topic: str | None = None) -> dict[str, str]:
    """By card, the ids of the matches that were alerted; the same match may be alerted again."""
    return {alert["key"]: alert["match_id"] for alert in job.alerts(topic)}


def sleep_until_due(ts: int) -> None:
    """The absence after an order at `ts` has been due for a while, by the wall clock."""
    due_ms = ts + ABSENT_MS + LAG_MS + 500
    time.sleep(max(0, due_ms - now_ms()) / 1000)


def test_an_absence_fires_on_a_quiet_stream_by_beats_alone_and_again_in_a_replay(
    stack: StackOptions, submit: Submitter, topic: Callable[..., str], tmp_path: Path
) -> None:
    name = topic("in").removesuffix("-in")
    job = DetectJob(stack, submit, name, PIPELINE, tmp_path, f"{name}-in", None)
    sender = Sender(job, stack.bootstrap)

    def wait_for(what: str, condition: Callable[[], Any]) -> None:
        job.rest.wait_until(what, lambda: bool(condition()), LIMIT_S)

    # Nobody writes beats: the stream is quiet, the absence is due, and nothing happens.
    job.start(parallelism=2, settings=["heartbeat.interval=null"])
    order = sender.transaction("c1", 100, now_ms())
    wait_for("an event", lambda: job.gauge("tidegate_in") == 1)
    sleep_until_due(order)
    wait_for("a quiet stream", lambda: job.gauge("quiet") == 1)
    assert found(job) == {}

    # One beat, and it fires.
    sender.beat()
    wait_for("the absence", lambda: found(job))
    first = found(job)
    assert set(first) == {"c1"}

    # What comes behind the beat is late as after any idleness, said and counted.
    sender.transaction("c2", 50, order + 1)
    wait_for("a late event", lambda: job.gauge("late_idle") == 1)
    assert len(job.messages("late")) == 1

    # From a savepoint on the job writes beats itself.
    savepoint = job.stop()
    job.start(parallelism=1, savepoint=savepoint)
    sender.transaction("c3", 100, now_ms())
    wait_for("the second absence", lambda: "c3" in found(job))
    job.rest.cancel(job.id)
    beats = list(messages(stack.bootstrap, [f"{name}-beats"]))
    assert len(beats) > 2
    assert {message.key for message in beats} == {b"beat"}

    # A replay from the beginning, of fixed rules: no state, no clock, the same matches.
    live = found(job)
    submit(
        "jobs/detect.py",
        *("--pipeline", str(PIPELINE), "--create-topics", "--no-preflight", "--parallelism", "1"),
        *("--set", "streams.transactions.bounded=true", "--set", "rules_at_run_time=false"),
        *("--set", f"alerts.topic={name}-replayed"),
        detached=False,
        env=job.environment,
    )
    assert found(job, f"{name}-replayed") == live
    assert live["c1"] == first["c1"]
    assert len(list(messages(stack.bootstrap, [f"{name}-beats"]))) == len(beats)
