"""Cases of `benchmarks.cep` about state: RocksDB, many open partial matches, many keys."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Sequence

from benchmarks import jvm, report
from benchmarks.cep_case import CepCase, Options
from benchmarks.cep_jobs import FLINK, TIDEGATE, Job, equal_matches, run
from benchmarks.cep_plans import PIPELINES, compiled, three_of_types, with_rules
from benchmarks.cep_rules import OPERATORS, TEN_TYPES, throughput

HISTORY = (10, 1_000, 10_000)
OPEN = (10, 1_000, 100_000)
DAY_MS = 86_400_000
GIB = 1 << 30


def on_rocksdb(options: Options, rules: int, count: int, peer_count: int) -> list[report.Case]:
    """That many relaxed rules of three stages, state in RocksDB on both sides."""
    plan = compiled(PIPELINES / "cep.yaml")
    types = [[i % 10, (i + 1 + i // 10) % 10, (i + 5) % 10] for i in range(rules)]
    text = three_of_types(plan, types)
    ours, peer = options.events(count), options.events(peer_count)
    jobs = [
        Job(TIDEGATE, f"{TIDEGATE}_rocksdb", text, ours),
        Job(FLINK, f"{FLINK}_rocksdb", text, peer),
        Job("check", f"{TIDEGATE}_rocksdb", text, peer, runs=1, warm_ups=0),
    ]
    found = run(options.classpath, TEN_TYPES, jobs, options.runs, options.warm_ups)
    matches = equal_matches(found[FLINK], found["check"])
    print(f"  {matches:,} matches on both sides in {peer:,} events")
    name = "CepOperator" if rules == 1 else OPERATORS.format(rules)
    case = f"{rules} relaxed rule{'s' if rules > 1 else ''} of three stages, RocksDB"
    return [throughput(case, found[TIDEGATE], name, found[FLINK])]


def _lines(
    options: Options, arguments: Sequence[str], plan: str | dict[str, str], heap: str
) -> list[list[str]]:
    """What `StateBenchmark` prints; where there are several plans, each lies under its suffix.

    Raises:
        subprocess.CalledProcessError: it failed; its output has been shown.
    """
    file = report.FOLDER / "cep" / "state.plan"
    file.parent.mkdir(parents=True, exist_ok=True)
    for suffix, text in ({"": plan} if isinstance(plan, str) else plan).items():
        file.with_name(file.name + suffix).write_text(text)
    command = jvm.command(
        options.classpath, "StateBenchmark", [arguments[0], str(file), *arguments[1:]], heap
    )
    found = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [line.split() for line in found.splitlines()]


def _long_plan() -> str:
    """The plan of one rule, within a day and without a limit on what may be open."""
    plan = compiled(PIPELINES / "cep.yaml")
    (rule,) = plan["rules"]
    rule["pattern"]["within_ms"] = DAY_MS
    rule["limits"] = {"open": 10_000_000, "matches_per_event": 1_000, "policy": "drop_oldest"}
    return with_rules(plan, [rule])


def open_matches(options: Options) -> list[report.Case]:
    """One key with many open partial matches, and events that none of them waits for."""
    figures = []
    for backend, events in (("heap", 200_000), ("rocksdb", 20_000)):
        runs: dict[int, list[tuple[float, float]]] = defaultdict(list)
        counts = [str(count) for count in OPEN]
        arguments = ["open", backend, str(options.events(events)), str(options.runs), *counts]
        for opened, skipped, opening in _lines(options, arguments, _long_plan(), "2g"):
            runs[int(opened)].append((float(skipped), float(opening)))
        for number, what in ((0, "does nothing"), (1, "opens another")):
            fewest = [run[number] for run in runs[OPEN[0]]]
            for count in OPEN:
                figures.append(
                    report.Case(
                        f"{count:,} open partial matches, an event that {what}, {backend}",
                        "CPU time",
                        "ns",
                        [run[number] for run in runs[count]],
                        f"{OPEN[0]} open",
                        fewest,
                        direction="smaller",
                    )
                )
    return figures


def _looking_back(count: int) -> str:
    """The plan of one rule, with a mean and a least value of so many events."""
    plan = compiled(PIPELINES / "cep.yaml")
    (stream,) = plan["streams"]
    common = {
        "stream": stream["name"],
        "by": {stream["name"]: stream["key"]},
        "events": count,
        "range_ms": None,
        "including_current": False,
    }
    stream["derived"] = [
        {"name": "mean", "type": "double", "function": "avg", "field": "type", **common},
        {"name": "first", "type": "timestamp", "function": "min", "field": "ts", **common},
    ]
    return with_rules(plan, plan["rules"])


def histories(options: Options) -> list[report.Case]:
    """One key with derived fields that look back at many events: a mean and a least value."""
    figures = []
    for backend, events in (("heap", 100_000), ("rocksdb", 20_000)):
        runs: dict[int, list[float]] = defaultdict(list)
        counts = [str(count) for count in HISTORY]
        arguments = ["history", backend, str(options.events(events)), str(options.runs), *counts]
        plans = {f".{count}": _looking_back(count) for count in HISTORY}
        for count, cost in _lines(options, arguments, plans, "2g"):
            runs[int(count)].append(float(cost))
        figures += [
            report.Case(
                f"an event with a mean and a minimum of the {count:,} before, {backend}",
                "CPU time",
                "ns",
                runs[count],
                f"the {HISTORY[0]} before",
                runs[HISTORY[0]],
                direction="smaller",
            )
            for count in HISTORY
        ]
    return figures


def million_keys(options: Options) -> list[report.Case]:
    """Ten events to each of a million keys, then every window closes; three rounds."""
    keys = options.events(1_000_000)
    arguments = ["keys", str(keys), str(10 * keys), "3"]
    rounds = [
        [float(value) for value in line] for line in _lines(options, arguments, _long_plan(), "5g")
    ]
    per_match = [bytes_ / open_ for open_, bytes_, *_ in rounds]
    return [
        report.Case(
            f"{keys:,} keys, every window closed, heap",
            "memory",
            "GiB",
            [round_[3] / GIB for round_ in rounds],
            "first round",
            [rounds[0][3] / GIB],
            direction="smaller",
            details={"open, GiB": rounds[-1][2] / GIB, "last round, GiB": rounds[-1][3] / GIB},
        ),
        report.Case(
            "state of one open partial match of a key of its own",
            "size",
            "bytes",
            per_match,
            direction="smaller",
        ),
    ]


def one_rule_on_rocksdb(options: Options) -> list[report.Case]:
    """One rule; Flink's handles about a thousand events a second."""
    return on_rocksdb(options, 1, 2_000_000, 10_000)


def twenty_rules_on_rocksdb(options: Options) -> list[report.Case]:
    """Twenty rules, twenty operators of Flink's."""
    return on_rocksdb(options, 20, 400_000, 2_000)


CASES = (
    CepCase("rocksdb", "one relaxed rule on RocksDB, against Flink", 6, one_rule_on_rocksdb),
    CepCase("rocksdb20", "20 relaxed rules on RocksDB, against Flink", 8, twenty_rules_on_rocksdb),
    CepCase("open", "an event of a key with 10 to 100,000 open partial matches", 4, open_matches),
    CepCase("history", "derived fields that look back at 10 to 10,000 events", 2, histories),
    CepCase("keys", "a million keys, and memory when their windows close", 5, million_keys),
)
