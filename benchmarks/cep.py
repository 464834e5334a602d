"""One pattern in our operator, in Flink's CepOperator, and the same events keyed but unmatched.

The rule is `benchmarks/pipelines/cep.rules.yaml`: three relaxed stages within a minute. Generated
events of ten types over 1,000 keys, an event a key and second of event time. All three jobs run in
one JVM, in turns, so that a busy machine is busy for all: MiniCluster, parallelism 1, heap, object
reuse, the same serializer of events; Flink's caches hold everything that is open. A rate is events
over the time from the first event generated to the last one handled. Both operators must find the
same number of matches, or there is no figure.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from benchmarks import jvm, report
from tidegate.pipeline import load_pipeline
from tidegate.plan import compile_plan

PIPELINE = Path(__file__).parent / "pipelines" / "cep.yaml"
PASS_THROUGH, TIDEGATE, FLINK = JOBS = ("pass_through", "tidegate", "flink")


@dataclass(frozen=True)
class Run:
    """One run of a job.

    Attributes:
        seconds: from the first event generated to the last one handled.
        cpu_seconds: that the thread of the operator used.
        found: records that came out.
    """

    seconds: float
    cpu_seconds: float
    found: int


def run_jobs(classpath: str, options: argparse.Namespace) -> dict[str, list[Run]]:
    """Runs all jobs in one JVM; warm-up runs are left out.

    Raises:
        subprocess.CalledProcessError: the JVM failed; its output has been shown.
    """
    plan = report.FOLDER / "cep.plan"
    plan.parent.mkdir(parents=True, exist_ok=True)
    plan.write_text(compile_plan(load_pipeline(PIPELINE)).to_json())
    numbers = (options.events, options.keys, options.interval_ms, options.warm_ups, options.runs)
    arguments = [str(plan), *(str(number) for number in numbers), *JOBS]
    found: dict[str, list[Run]] = defaultdict(list)
    with subprocess.Popen(
        jvm.command(classpath, "CepBenchmark", arguments), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            job, number, seconds, cpu_seconds, count = line.split()
            run = Run(float(seconds), float(cpu_seconds), int(count))
            rate = options.events / run.seconds
            warm = "warm-up " if int(number) < 0 else ""
            print(f"  {warm}{job}: {rate:,.0f} events/s, {run.found:,} out", flush=True)
            if not warm:
                found[job].append(run)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return found


def check(runs: dict[str, list[Run]], events: int) -> int:
    """The number of matches, the same in every run of both operators.

    Raises:
        ValueError: the operators do not agree, or there was nothing to find.
    """
    matches = {run.found for job in (TIDEGATE, FLINK) for run in runs[job]}
    passed = {run.found for run in runs[PASS_THROUGH]}
    if len(matches) != 1 or matches == {0} or passed != {events}:
        raise ValueError(
            f"matches {sorted(matches)} and {sorted(passed)} events passed through; "
            f"expected one number of matches above 0, and {events}"
        )
    return matches.pop()


def cases(runs: dict[str, list[Run]], events: int, matches: int) -> list[report.Case]:
    """The rule against Flink's operator, and against the pass-through."""

    def rates(job: str) -> list[float]:
        return [events / run.seconds for run in runs[job]]

    def cpu_us(job: str) -> float:
        return statistics.median(run.cpu_seconds for run in runs[job]) / events * 1e6

    name = "one relaxed rule of three stages, heap"
    details = {
        "matches": float(matches),
        "CPU µs/event": cpu_us(TIDEGATE),
        "of Flink's": cpu_us(FLINK),
        "of pass-through": cpu_us(PASS_THROUGH),
    }
    ours = rates(TIDEGATE)
    return [
        report.Case(
            name, "throughput", "events/s", ours, "CepOperator", rates(FLINK), details=details
        ),
        report.Case(
            f"{name}, against the ceiling",
            "throughput",
            "events/s",
            ours,
            "keyed pass-through",
            rates(PASS_THROUGH),
        ),
    ]


def main() -> None:
    """Runs the comparison and writes build/bench/cep.json."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="example: python -m benchmarks.cep --quick",
    )
    parser.add_argument("--events", type=int, default=2_000_000, help="events of a run")
    parser.add_argument("--keys", type=int, default=1_000, help="number of keys")
    parser.add_argument(
        "--interval-ms", type=int, default=1_000, help="event time between two events of a key"
    )
    parser.add_argument("--runs", type=int, default=5, help="runs of each job")
    parser.add_argument("--warm-ups", type=int, default=2, help="runs of each job before them")
    parser.add_argument("--quick", action="store_true", help="300,000 events, 1 warm-up, 3 runs")
    options = parser.parse_args()
    if options.quick:
        options.events, options.warm_ups, options.runs = 300_000, 1, 3
    try:
        runs = run_jobs(jvm.build(), options)
        matches = check(runs, options.events)
    except (subprocess.CalledProcessError, ValueError) as error:
        sys.exit(f"benchmarks.cep: {error}")
    print(f"  {matches:,} matches on both sides")
    for case in cases(runs, options.events, matches):
        document = case.document()
        print(f"  {document['ratio']:.2f} x {document['peer']}")
    print(report.write("cep", cases(runs, options.events, matches)))


if __name__ == "__main__":
    main()
