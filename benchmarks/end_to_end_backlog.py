"""The backlog of `benchmarks.end_to_end`: how fast the main job works it off."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import load
from benchmarks.cpu import CpuTimes, thread_seconds
from benchmarks.stack import BenchStack
from connectors.kafka import REPLAY_TOPIC, ensure_topic, messages

PIPELINE = Path(__file__).parent / "pipelines" / "throughput.yaml"
TOPIC = "bench-transactions"
CARDS, CARD_STEP_MS = 1_000, 300_000
# What the bound still holds back at the end of the backlog is a few seconds of event time.
HELD_BACK = 200
# Threads that every event passes: what fetches and decodes it, routes it, and matches.
PATH = ("Source", "router", "patterns")


@dataclass(frozen=True)
class Run:
    """One run over the backlog.

    Attributes:
        rate: events per second, from the first event read to the last one handled.
        cpu: CPU seconds per million events, by process.
        path: CPU seconds per million events of the TaskManager's threads that every event passes.
        alerts: that were found in the topic.
    """

    rate: float
    cpu: Mapping[str, float]
    path: float
    alerts: int


def produce(stack: BenchStack, classpath: str, events: int, partitions: int) -> None:
    """Fills the topic with transactions, as fast as the broker takes them."""
    ensure_topic(stack.bootstrap, TOPIC, partitions, REPLAY_TOPIC)
    numbers = (events, 0, CARDS, CARD_STEP_MS)
    load.finish(
        load.start(stack.bootstrap, classpath, TOPIC, "transactions", "transaction.avsc", *numbers)
    )


def work_off(
    stack: BenchStack,
    name: str,
    events: int,
    parallelism: int,
    raw: bool,
    rules: Mapping[str, str],
) -> Run:
    """Runs the job over the backlog, which must have been produced.

    Raises:
        RuntimeError: the job failed, or found nothing.
    """
    job = stack.submit(
        PIPELINE,
        parallelism,
        TIDEGATE_BENCH_NAME=name,
        TIDEGATE_STORE_EVENTS=str(raw).lower(),
        **rules,
    )
    began: tuple[float, int, CpuTimes, float] | None = None
    taskmanager = stack.processes["taskmanager"]
    while True:
        now = time.monotonic()
        gauges = stack.rest.gauges(job, ("tidegate_in", "pending"))
        read = int(gauges.get("tidegate_in", 0))
        if began is None and read > 0:
            began = (
                now,
                read,
                CpuTimes.now(stack.processes),
                thread_seconds(taskmanager, PATH),
            )
        if began and read >= events and gauges["pending"] < HELD_BACK:
            break
        if stack.rest.state(job) != "RUNNING":
            raise RuntimeError(stack.rest.root_exception(job))
        time.sleep(1)  # asking costs the cluster some of what is measured
    handled = events - began[1]
    rate = handled / (time.monotonic() - began[0])
    cpu = CpuTimes.now(stack.processes).since(began[2], handled)
    path = (thread_seconds(taskmanager, PATH) - began[3]) / (handled / 1e6)
    stack.rest.stop_with_savepoint(job, f"file://{stack.lake}/savepoints")
    alerts = sum(1 for _ in messages(stack.bootstrap, [f"{name}-alerts"]))
    if alerts == 0:
        raise RuntimeError(f"{name}: no alert came: the rate of a job that finds nothing")
    return Run(rate, cpu, path, alerts)
