"""Events that a running job has handled, over time: samples of a counter, bins of one second."""

from __future__ import annotations

import re
import statistics
import threading
import time
import urllib.request
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import yaml

# The operator counts an event when it arrives there; copies under further keys are not counted.
COUNTER = re.compile(
    r"^flink_taskmanager_job_task_operator_events\{.*operator_name=\"patterns\".*\} (\S+)$", re.M
)


class Sample(NamedTuple):
    """So many events were handled by then.

    Attributes:
        at: wall clock, epoch seconds.
        events: since the job's first start.
    """

    at: float
    events: float


def reporting(file: Path, ports: Sequence[int]) -> Path:
    """Writes Flink settings under which JobManager and TaskManager each show it on a port."""
    settings = {
        "factory.class": "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
        "port": ",".join(str(port) for port in ports),
        # All else that there is to show would cost more than what is measured.
        "filter.includes": "taskmanager.job.task.operator:events",
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        yaml.safe_dump({f"metrics.reporter.prom.{key}": value for key, value in settings.items()})
    )
    return file


def read_counter(ports: Sequence[int]) -> float | None:
    """The counter over all subtasks as it stands now; None while no job shows it."""
    for port in ports:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/metrics", timeout=5) as answer:
                found = COUNTER.findall(answer.read().decode())
        except OSError:
            continue
        if found:
            return sum(float(one) for one in found)
    return None


class Sampler:
    """Reads a counter ten times a second from its entry until its exit.

    Args:
        read: the counter now, None where there is none.
    """

    STEP_S = 0.1

    def __init__(self, read: Callable[[], float | None]) -> None:
        self.samples: list[Sample] = []
        self._read = read
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Sampler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self.STEP_S):
            before = time.time()
            count = self._read()
            if count is not None:
                self.samples.append(Sample((before + time.time()) / 2, count))


def bins(samples: Sequence[Sample], begin: float, count: int) -> list[float]:
    """Events in each of so many seconds from `begin` on, linear between two samples.

    Raises:
        ValueError: when the samples do not reach over these seconds.
    """
    if not samples or samples[0].at > begin or samples[-1].at < begin + count:
        raise ValueError(f"no samples of the {count} s from {begin:.1f} on")
    marks = [_at(samples, begin + second) for second in range(count + 1)]
    return [after - before for before, after in pairwise(marks)]


def _at(samples: Sequence[Sample], time_s: float) -> float:
    right = bisect_left(samples, time_s, key=lambda sample: sample.at)
    before, after = samples[max(0, right - 1)], samples[right]
    if after.at == before.at:
        return after.events
    share = (time_s - before.at) / (after.at - before.at)
    return before.events + share * (after.events - before.events)


def dip(found: Sequence[float], usual: Sequence[float]) -> float:
    """By how many percent the lowest bin lies below the median of usual ones; 0 where none does."""
    return max(0.0, 100 * (1 - min(found) / statistics.median(usual)))


def standstill(samples: Sequence[Sample], begin: float, end: float) -> float:
    """The longest time in seconds over which samples between two times show no further event."""
    longest, held = 0.0, Sample(begin, -1)
    for sample in samples:
        if begin <= sample.at <= end:
            if sample.events > held.events:
                held = sample
            longest = max(longest, sample.at - held.at)
    return longest
