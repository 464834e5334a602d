"""The main job end to end: broker, cluster and load on the same machine.

Throughput: a backlog of Avro transactions made beforehand by a JVM producer, 1,000 cards, the
fraud pack, no scoring, at-least-once alerts, matches and alerts in Iceberg; with and
without the raw events table. The rate is events over the time from the first event read to the
last one handled.

Latency: robot readings produced live at a steady rate, three rules whose matches are scored; from
"the pattern operator's watermark passed the match's last event" to "a subscriber has read the
alert".

`--rules 20` runs both parts with twenty rules of the same shapes, and the live part at 20,000
events/s.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks import end_to_end_rules, jvm, report
from benchmarks.stack import BenchStack, bench_stack
from connectors.alerts import read_alert
from connectors.kafka import REPLAY_TOPIC, ensure_topic, messages
from tidegate.stack.jars import ROOT

PIPELINES = Path(__file__).parent / "pipelines"
CARDS, CARD_STEP_MS = 1_000, 300_000
ROBOTS = 500
WARM_UP_S = 20.0


def load(
    stack: BenchStack, classpath: str, topic: str, kind: str, schema: str, *numbers: int
) -> subprocess.Popen[str]:
    """Starts the JVM producer: numbers are count, rate (0 unpaced), keys, step in ms."""
    arguments = [stack.bootstrap, topic, kind, str(ROOT / "schemas" / schema)]
    arguments += [str(number) for number in numbers]
    return subprocess.Popen(
        jvm.command(classpath, "Load", arguments, heap="512m"), stdout=subprocess.PIPE, text=True
    )


def finish(producer: subprocess.Popen[str]) -> None:
    """Waits for the producer's end; raises when it failed."""
    output, _ = producer.communicate()
    if producer.returncode != 0:
        raise subprocess.CalledProcessError(producer.returncode, producer.args, output)


def rule_files(rules: int) -> dict[str, dict[str, str]]:
    """What the pipelines of the two parts need to know of their rules."""
    if rules != end_to_end_rules.COUNT:
        return {"throughput": {}, "latency": {}}
    made = {
        "throughput": end_to_end_rules.transaction_rules(),
        "latency": end_to_end_rules.joint_rules(),
    }
    return {
        part: {
            "TIDEGATE_BENCH_RULES": str(
                end_to_end_rules.write(listed, report.FOLDER / f"{part}_{rules}.rules.yaml")
            )
        }
        for part, listed in made.items()
    }


def throughput(
    stack: BenchStack,
    name: str,
    events: int,
    parallelism: int,
    raw: bool,
    rules: Mapping[str, str],
) -> float:
    """Events per second over the backlog, which must have been produced."""
    job = stack.submit(
        PIPELINES / "throughput.yaml",
        parallelism,
        TIDEGATE_BENCH_NAME=name,
        TIDEGATE_STORE_EVENTS=str(raw).lower(),
        **rules,
    )
    began: tuple[float, int] | None = None
    while True:
        now = time.monotonic()
        gauges = stack.rest.gauges(job, ("tidegate_in", "pending"))
        read = int(gauges.get("tidegate_in", 0))
        if began is None and read > 0:
            began = now, read
        # What the bound still holds back at the end of the backlog is a few seconds of event time.
        if began and read >= events and gauges["pending"] < 200:
            break
        if stack.rest.state(job) != "RUNNING":
            raise RuntimeError(stack.rest.root_exception(job))
        time.sleep(1)  # asking costs the cluster some of what is measured
    rate = (events - began[1]) / (time.monotonic() - began[0])
    stack.rest.stop_with_savepoint(job, f"file://{stack.lake}/savepoints")
    found = sum(1 for _ in messages(stack.bootstrap, [f"{name}-alerts"]))
    print(f"  {name}: {rate:,.0f} events/s, {found} alerts", flush=True)
    if found == 0:
        raise RuntimeError(f"{name}: no alert came: the rate of a job that finds nothing")
    return rate


def latencies(
    stack: BenchStack,
    classpath: str,
    rate: int,
    seconds: int,
    parallelism: int,
    rules: Mapping[str, str],
) -> list[float]:
    """Milliseconds from watermark to subscriber, one an alert, after the warm-up."""
    ensure_topic(stack.bootstrap, "bench-joints", 2, REPLAY_TOPIC)
    job = stack.submit(PIPELINES / "latency.yaml", parallelism, **rules)
    producer = load(
        stack,
        classpath,
        "bench-joints",
        "joints",
        "cobot_reading.avsc",
        rate * seconds,
        rate,
        ROBOTS,
        0,
    )
    begun, found = time.time(), []
    for message in messages(stack.bootstrap, ["latency-alerts"], follow=True):
        read_ms = time.time() * 1000
        if time.time() - begun > WARM_UP_S:
            found.append(read_ms - read_alert(message.value)["detected_at"].timestamp() * 1000)
        if time.time() - begun > seconds - 2:
            break
    finish(producer)
    stack.rest.cancel(job)
    return found


def main() -> None:
    """Runs both parts and writes build/bench/end_to_end.json."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="example: python -m benchmarks.end_to_end --quick",
    )
    parser.add_argument("--events", type=int, default=3_000_000, help="events of the backlog")
    parser.add_argument("--runs", type=int, default=3, help="runs of each throughput case")
    parser.add_argument("--rate", type=int, help="live events/s; 5,000, with 20 rules 20,000")
    parser.add_argument("--rules", type=int, choices=(3, 20), default=3, help="number of rules")
    parser.add_argument("--seconds", type=int, default=80, help="length of the live part")
    parser.add_argument("--parallelism", type=int, default=1, help="of the job")
    parser.add_argument("--partitions", type=int, default=2, help="of the backlog's topic")
    parser.add_argument("--part", choices=("throughput", "latency"), help="only one of the two")
    parser.add_argument("--quick", action="store_true", help="600,000 events, one run, 45 s live")
    options = parser.parse_args()
    if options.quick:
        options.events, options.runs, options.seconds = 600_000, 1, 45
    options.rate = options.rate or (5_000 if options.rules == 3 else 20_000)
    files = rule_files(options.rules)
    with_rules = "" if options.rules == 3 else f"{options.rules} rules, "
    cases: list[report.Case] = []
    classpath = jvm.build()
    with bench_stack() as stack:
        if options.part != "latency":
            ensure_topic(stack.bootstrap, "bench-transactions", options.partitions, REPLAY_TOPIC)
            finish(
                load(
                    stack,
                    classpath,
                    "bench-transactions",
                    "transactions",
                    "transaction.avsc",
                    options.events,
                    0,
                    CARDS,
                    CARD_STEP_MS,
                )
            )
            rates: dict[bool, list[float]] = {False: [], True: []}
            for run in range(options.runs):
                for raw in (False, True):
                    name = f"{'raw' if raw else 'plain'}_{run}"
                    rates[raw].append(
                        throughput(
                            stack,
                            name,
                            options.events,
                            options.parallelism,
                            raw,
                            files["throughput"],
                        )
                    )
            cases += [
                report.Case(
                    f"backlog, {with_rules}{what} raw events table", "throughput", "events/s", found
                )
                for what, found in (("without", rates[False]), ("with", rates[True]))
            ]
        if options.part != "throughput":
            found = latencies(
                stack,
                classpath,
                options.rate,
                options.seconds,
                options.parallelism,
                files["latency"],
            )
            p50, p95, p99 = (float(p) for p in np.percentile(found, [50, 95, 99]))
            case = f"live at {options.rate:,} events/s, {with_rules}watermark to subscriber, p99"
            cases.append(
                report.Case(
                    case,
                    "latency",
                    "ms",
                    [p99],
                    direction="smaller",
                    details={"p50": p50, "p95": p95, "p99": p99, "alerts": len(found)},
                )
            )
            print(f"  {len(found)} alerts: p50 {p50:.0f}, p95 {p95:.0f}, p99 {p99:.0f} ms")
    print(report.write("end_to_end", cases, keep=True))


if __name__ == "__main__":
    main()
