"""The main job end to end: broker, cluster and load on the same machine.

Throughput: a backlog of Avro transactions made beforehand by a JVM producer, 1,000 cards, the
fraud pack, no scoring, at-least-once alerts, matches and alerts in Iceberg; with and
without the raw events table. The rate is events over the time from the first event read to the
last one handled.

Latency: robot readings produced live at a steady rate, three rules whose matches are scored; from
"the pattern operator's watermark passed the match's last event" to "a subscriber has read the
alert", and beside it from the event's time plus the out-of-orderness bound. A producer that does
not keep the rate gives no figure.

`--rules 20` runs both parts with twenty rules of the same shapes, and the live part at 20,000
events/s. Every figure names the CPU seconds per million events of each process.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Mapping, Sequence

from benchmarks import cpu, end_to_end_backlog, end_to_end_live, end_to_end_rules, jvm, load, report
from benchmarks.arguments import command
from benchmarks.end_to_end_backlog import Run
from benchmarks.end_to_end_live import Live, percentiles
from benchmarks.stack import BenchStack, bench_stack

RAW_TABLE = {False: "without", True: "with"}


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
    classpath: str,
    options: argparse.Namespace,
    rules: Mapping[str, str],
    described: str,
) -> list[report.Case]:
    """Works off the backlog in turns, without and with the raw events table."""
    end_to_end_backlog.produce(stack, classpath, options.events, options.partitions)
    runs: dict[bool, list[Run]] = {raw: [] for raw in RAW_TABLE}
    for turn in range(-options.warm_ups, options.runs):
        for raw, found in runs.items():
            name = f"{'raw' if raw else 'plain'}_{turn}".replace("-", "w")
            run = end_to_end_backlog.work_off(
                stack, name, options.events, options.parallelism, raw, rules
            )
            print(
                f"  {name}: {run.rate:,.0f} events/s, {run.alerts} alerts, CPU s/M events "
                + ", ".join(f"{of} {seconds:.2f}" for of, seconds in run.cpu.items()),
                flush=True,
            )
            if turn >= 0:
                found.append(run)
    return [
        report.Case(
            f"backlog, {described}{RAW_TABLE[raw]} raw events table",
            "throughput",
            "events/s",
            [run.rate for run in found],
            details={"alerts": found[0].alerts, **cpu.details(_medians(found))},
        )
        for raw, found in runs.items()
    ]


def _medians(runs: Sequence[Run]) -> dict[str, float]:
    return {name: statistics.median(run.cpu[name] for run in runs) for name in runs[0].cpu}


def latency(rate: int, described: str, live: Live, pace: load.Pace) -> report.Case:
    """The live part's figure; prints what it consists of."""
    found = percentiles(live.beyond_watermark)
    for name, values in (
        ("watermark to subscriber", live.beyond_watermark),
        ("event time + bound to subscriber", live.beyond_bound),
        *live.steps.items(),
    ):
        shown = ", ".join(f"{p} {ms:.0f}" for p, ms in percentiles(values).items())
        print(f"  {name}: {shown} ms")
    print(f"  {len(live.beyond_watermark)} alerts; CPU s/M events {live.cpu}; {pace}")
    return report.Case(
        f"live at {rate:,} events/s, {described}watermark to subscriber, p99",
        "latency",
        "ms",
        [found["p99"]],
        direction="smaller",
        details={
            **found,
            "beyond the bound p99": percentiles(live.beyond_bound)["p99"],
            "alerts": len(live.beyond_watermark),
            "produced events/s": pace.rate,
            **cpu.details(live.cpu),
        },
    )


def _options() -> argparse.Namespace:
    parser = command(__doc__, "python -m benchmarks.end_to_end --quick")
    parser.add_argument("--events", type=int, default=3_000_000, help="events of the backlog")
    parser.add_argument("--runs", type=int, default=3, help="runs of each throughput case")
    parser.add_argument("--warm-ups", type=int, default=1, help="runs before them, not counted")
    parser.add_argument("--rate", type=int, help="live events/s; 5,000, with 20 rules 20,000")
    parser.add_argument("--rules", type=int, choices=(3, 20), default=3, help="number of rules")
    parser.add_argument("--seconds", type=int, default=80, help="length of the live part")
    parser.add_argument("--parallelism", type=int, default=1, help="of the job")
    parser.add_argument("--partitions", type=int, default=2, help="of the backlog's topic")
    parser.add_argument("--part", choices=("throughput", "latency"), help="only one of the two")
    parser.add_argument("--quick", action="store_true", help="600,000 events, one run, 45 s live")
    options = parser.parse_args()
    if options.quick:
        options.events, options.runs, options.warm_ups, options.seconds = 600_000, 1, 0, 45
    options.rate = options.rate or (5_000 if options.rules == 3 else 20_000)
    if options.seconds <= end_to_end_live.WARM_UP_S:
        parser.error(f"--seconds must be above the warm-up of {end_to_end_live.WARM_UP_S:.0f}")
    return options


def main() -> None:
    """Runs both parts and writes build/bench/end_to_end.json."""
    options = _options()
    files = rule_files(options.rules)
    described = "" if options.rules == 3 else f"{options.rules} rules, "
    cases: list[report.Case] = []
    classpath = jvm.build()
    with bench_stack() as stack:
        if options.part != "latency":
            cases += throughput(stack, classpath, options, files["throughput"], described)
        if options.part != "throughput":
            live, pace = end_to_end_live.measure(
                stack,
                classpath,
                options.rate,
                options.seconds,
                options.parallelism,
                files["latency"],
            )
            cases.append(latency(options.rate, described, live, pace))
    print(report.write("end_to_end", cases, keep=True))


if __name__ == "__main__":
    main()
