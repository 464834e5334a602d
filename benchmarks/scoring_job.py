"""The scoring benchmark's measure through the whole job: topic in, scores decided."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from benchmarks import jvm
from benchmarks.stack import BenchStack
from connectors.kafka import REPLAY_TOPIC, ensure_topic
from tidegate.stack.jars import ROOT

PIPELINE = Path(__file__).parent / "pipelines" / "scoring.yaml"
TOPIC = "bench-windows"
ROBOTS, STEP_MS = 200, 1_000


def fill(stack: BenchStack, readings: int) -> None:
    """Produces the backlog; each robot has a reading a second of event time."""
    ensure_topic(stack.bootstrap, TOPIC, 1, REPLAY_TOPIC)
    schema = str(ROOT / "schemas" / "cobot_reading.avsc")
    numbers = [str(number) for number in (readings, 0, ROBOTS, STEP_MS)]
    arguments = [stack.bootstrap, TOPIC, "joints", schema, *numbers]
    subprocess.run(jvm.command(jvm.build(), "Load", arguments, heap="512m"), check=True)


def through_the_job(stack: BenchStack, model: Path, readings: int, name: str) -> float:
    """Windows scored a second in one slot, over the last four fifths of the backlog.

    Raises:
        RuntimeError: the job failed.
    """
    job = stack.submit(PIPELINE, 1, TIDEGATE_BENCH_NAME=name, TIDEGATE_MODEL=str(model.absolute()))
    # The first windows of a robot are too short, the last readings wait for the watermark.
    last = readings - ROBOTS * 40
    first: tuple[float, float] | None = None
    while True:
        scored = stack.rest.gauges(job, ("scores",)).get("scores", 0.0)
        now = time.monotonic()
        if first is None and scored >= readings / 5:
            first = now, scored
        if first is not None and scored >= last:
            break
        if stack.rest.state(job) != "RUNNING":
            raise RuntimeError(stack.rest.root_exception(job))
        time.sleep(1)  # asking costs the cluster some of what is measured
    stack.rest.cancel(job)
    return (scored - first[1]) / (now - first[0])
