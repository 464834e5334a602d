"""The live part of `benchmarks.end_to_end`: how long after the watermark an alert is read.

The latency of an alert is from the moment when the pattern operator hears of a watermark that has
passed the match's last event (`detected_at` in the alert) until a subscriber has read the alert
from the topic. It holds the wait for the operator's other keys, the batch, the model, the alert
topic and the subscriber. What comes before is what event time costs and the pipeline chooses: the
out-of-orderness bound, and how soon a later event moves the watermark. It is measured as well, as
the latency beyond the bound: from the earliest moment at which any watermark could have passed the
event, its time plus the bound, until the alert is read. Event times are the producer's wall clock,
and all clocks are those of one machine.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import load
from benchmarks.cpu import CpuTimes
from benchmarks.stack import BenchStack
from connectors.alerts import read_alert
from connectors.kafka import REPLAY_TOPIC, ensure_topic, messages
from tidegate.pipeline import load_pipeline

PIPELINE = Path(__file__).parent / "pipelines" / "latency.yaml"
TOPIC, ALERTS = "bench-joints", "latency-alerts"
ROBOTS = 500
WARM_UP_S = 20.0
# A slower producer would be another benchmark.
KEPT = 0.99


@dataclass
class Live:
    """What was seen of the alerts after the warm-up.

    Attributes:
        beyond_watermark: milliseconds from the watermark to the subscriber, one an alert.
        beyond_bound: milliseconds from event time plus bound to the subscriber, one an alert.
        steps: milliseconds of each step of the way, by name.
        cpu: CPU seconds per million events, by process.
    """

    beyond_watermark: list[float] = field(default_factory=list)
    beyond_bound: list[float] = field(default_factory=list)
    steps: dict[str, list[float]] = field(default_factory=dict)
    cpu: Mapping[str, float] = field(default_factory=dict)

    def add(self, alert: Mapping[str, Any], read_ms: float, bound_ms: float) -> None:
        """Takes in an alert that was read at a wall clock."""
        passed, detected = _ms(alert["end_time"]) + bound_ms, _ms(alert["detected_at"])
        created = _ms(alert["created_at"])
        self.beyond_watermark.append(read_ms - detected)
        self.beyond_bound.append(read_ms - passed)
        for name, took in (
            ("bound to watermark", detected - passed),
            ("watermark to alert", created - detected),
            ("alert to subscriber", read_ms - created),
        ):
            self.steps.setdefault(name, []).append(took)


def percentiles(values: list[float]) -> dict[str, float]:
    """p50, p95 and p99."""
    found = np.percentile(values, [50, 95, 99])
    return dict(zip(("p50", "p95", "p99"), map(float, found), strict=True))


def _ms(time_of: datetime) -> float:
    return time_of.timestamp() * 1000


def measure(
    stack: BenchStack,
    classpath: str,
    rate: int,
    seconds: int,
    parallelism: int,
    rules: Mapping[str, str],
) -> tuple[Live, load.Pace]:
    """Runs the job on a live stream of readings; what was seen, and the producer's pace.

    Raises:
        RuntimeError: the producer did not keep the rate, so there is no figure for it.
    """
    ensure_topic(stack.bootstrap, TOPIC, 2, REPLAY_TOPIC)
    job = stack.submit(PIPELINE, parallelism, **rules)
    bound_ms = load_pipeline(PIPELINE).streams[0].out_of_orderness_ms
    producer = load.start(
        stack.bootstrap,
        classpath,
        TOPIC,
        "joints",
        "cobot_reading.avsc",
        *(rate * seconds, rate, ROBOTS, 0),
    )
    processes = {**stack.processes, "load": producer.pid, "subscriber": os.getpid()}
    live, begun = Live(), time.time()
    before: tuple[float, CpuTimes] | None = None
    for message in messages(stack.bootstrap, [ALERTS], follow=True):
        now = time.time()
        if now - begun > WARM_UP_S:
            before = before or (now, CpuTimes.now(processes))
            live.add(read_alert(message.value), now * 1000, bound_ms)
        if now - begun > seconds - 2:
            break
    if before is not None:
        live.cpu = CpuTimes.now(processes).since(before[1], rate * (time.time() - before[0]))
    pace = load.finish(producer)
    stack.rest.cancel(job)
    if pace.rate < KEPT * rate:
        raise RuntimeError(
            f"the producer reached {pace.rate:,.0f} of {rate:,} events/s: the machine is too "
            "busy or too slow for this rate; choose another with --rate"
        )
    return live, pace
