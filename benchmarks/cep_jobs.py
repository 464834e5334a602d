"""Jobs that a comparison of pattern engines runs in one JVM, in turns, and what came of them."""

from __future__ import annotations

import json
import statistics
import subprocess
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import jvm, report

PASS_THROUGH, TIDEGATE, FLINK = "pass_through", "tidegate", "flink"
FLINK_FILTERED = "flink_filtered"


@dataclass(frozen=True)
class Job:
    """A job over the first `events` of the events.

    Attributes:
        name: what its runs are found under.
        kind: as `CepBenchmark` has them, such as `pass_through`, `tidegate` or `flink`.
        plan: text of the plan whose rules it runs.
        runs: measured runs; None for the comparison's.
        warm_ups: runs before them; None for the comparison's.
    """

    name: str
    kind: str
    plan: str
    events: int
    runs: int | None = None
    warm_ups: int | None = None


@dataclass(frozen=True)
class Run:
    """One run of a job.

    Attributes:
        events: that were handled.
        seconds: from the first event generated to the last one handled.
        cpu_seconds: that all threads of the process used in that time.
        found: records that came out.
    """

    events: int
    seconds: float
    cpu_seconds: float
    found: int

    @property
    def rate(self) -> float:
        """Events per second."""
        return self.events / self.seconds


class DisagreementError(Exception):
    """Raised when two engines do not find the same, so that their rates say nothing."""


def run(
    classpath: str,
    events: Mapping[str, Any],
    jobs: Sequence[Job],
    runs: int,
    warm_ups: int,
    folder: Path = report.FOLDER / "cep",
) -> dict[str, list[Run]]:
    """Runs all jobs in one JVM, in turns, over events as `CepBenchmark` describes them.

    Warm-up runs are left out of the result.

    Raises:
        subprocess.CalledProcessError: the JVM failed; its output has been shown.
    """
    folder.mkdir(parents=True, exist_ok=True)
    described = []
    for job in jobs:
        plan = folder / f"{job.name}.plan"
        plan.write_text(job.plan)
        own = {"runs": job.runs, "warm_ups": job.warm_ups}
        described.append(
            {"name": job.name, "kind": job.kind, "plan": str(plan), "events": job.events}
            | {name: value for name, value in own.items() if value is not None}
        )
    spec = folder / "jobs.json"
    spec.write_text(
        json.dumps({"events": events, "runs": runs, "warm_ups": warm_ups, "jobs": described})
    )
    counts = {job.name: job.events for job in jobs}
    found: dict[str, list[Run]] = defaultdict(list)
    with subprocess.Popen(
        jvm.command(classpath, "CepBenchmark", [str(spec)]), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            name, number, seconds, cpu_seconds, count = line.split()
            one = Run(counts[name], float(seconds), float(cpu_seconds), int(count))
            warm = "warm-up " if int(number) < 0 else ""
            cpu = one.cpu_seconds / one.events * 1e6
            rate = f"{one.rate:,.0f} events/s, {cpu:.2f} CPU µs/event"
            print(f"  {warm}{name}: {rate}, {one.found:,} out", flush=True)
            if not warm:
                found[name].append(one)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return found


def equal_matches(*jobs: Sequence[Run]) -> int:
    """The number of matches, the same in every run of the jobs.

    Raises:
        DisagreementError: they differ, or there was nothing to find.
    """
    matches = {run.found for runs in jobs for run in runs}
    if len(matches) != 1 or matches == {0}:
        raise DisagreementError(f"matches {sorted(matches)}; expected one number above 0")
    return matches.pop()


def rates(runs: Sequence[Run]) -> list[float]:
    """Events per second of each run."""
    return [run.rate for run in runs]


def cpu_us(runs: Sequence[Run]) -> float:
    """CPU time of all threads for an event, median, µs."""
    return statistics.median(run.cpu_seconds / run.events for run in runs) * 1e6
