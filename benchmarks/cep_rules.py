"""Cases of `benchmarks.cep` by number of rules, state on the heap.

Each engine runs the same rules: Flink's patterns are made from the plan, and their conditions are
the objects that ours asks. Where Flink is slow it gets fewer of the events; ours then runs that
many as well, once, and must find as many matches.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks import cep_data, report
from benchmarks.cep_case import CepCase, Options
from benchmarks.cep_jobs import (
    FLINK,
    FLINK_FILTERED,
    PASS_THROUGH,
    TIDEGATE,
    Job,
    Run,
    cpu_us,
    equal_matches,
    rates,
    run,
)
from benchmarks.cep_plans import PIPELINES, compiled, three_of_types, varied, with_rules

KEYS = 1_000
TEN_TYPES = {"kind": "types", "types": 10, "keys": KEYS, "interval_ms": 1_000}
OPERATORS = "{} CepOperators"
# Both what everybody writes and what an expert makes of it.
BY_HAND = {FLINK: "{}", FLINK_FILTERED: "{}, a filter before each"}


def against_flink(
    options: Options,
    case: str,
    events: dict[str, Any],
    plan: str,
    count: int,
    peer_count: int,
    peers: Mapping[str, str] = {FLINK: "{}"},
) -> list[report.Case]:
    """Rules in our operator against an operator each of Flink's, and against the pass-through.

    Peers are Flink's jobs by kind, with what to call them; `{}` stands for the operators.
    """
    rules = len(json.loads(plan)["rules"])
    ours, peer = options.events(count), options.events(peer_count)
    jobs = [
        Job(PASS_THROUGH, PASS_THROUGH, plan, ours),
        Job(TIDEGATE, TIDEGATE, plan, ours),
        *(Job(kind, kind, plan, peer) for kind in peers),
    ]
    if peer != ours:
        jobs.append(Job("check", TIDEGATE, plan, peer, runs=1, warm_ups=0))
    found = run(options.classpath, events, jobs, options.runs, options.warm_ups)
    same = found["check" if peer != ours else TIDEGATE]
    matches = equal_matches(same, *(found[kind] for kind in peers))
    print(f"  {matches:,} matches on all sides in {peer:,} events")
    details = {
        "rules": float(rules),
        "matches in the peer's events": float(matches),
        "the peer's events": float(peer),
    }
    operators = "CepOperator" if rules == 1 else OPERATORS.format(rules)
    return [
        *(
            throughput(
                case if kind == FLINK else f"{case}, Flink's laid by hand",
                found[TIDEGATE],
                name.format(operators),
                found[kind],
                details,
            )
            for kind, name in peers.items()
        ),
        throughput(
            f"{case}, against the ceiling",
            found[TIDEGATE],
            "keyed pass-through",
            found[PASS_THROUGH],
        ),
    ]


def throughput(
    case: str,
    ours: Sequence[Run],
    peer_name: str,
    peer: Sequence[Run],
    details: dict[str, float] | None = None,
) -> report.Case:
    """Events per second against a peer's, with the CPU time of an event."""
    return report.Case(
        case,
        "throughput",
        "events/s",
        rates(ours),
        peer_name,
        rates(peer),
        details={**(details or {}), "CPU µs/event": cpu_us(ours), "of the peer's": cpu_us(peer)},
    )


def one_rule(options: Options) -> list[report.Case]:
    """Three relaxed stages within a minute; 1,000 keys, an event a key and second."""
    plan = json.dumps(compiled(PIPELINES / "cep.yaml"))
    case = "one relaxed rule of three stages, heap"
    return against_flink(options, case, TEN_TYPES, plan, 8_000_000, 400_000, BY_HAND)


def fraud(options: Options) -> list[report.Case]:
    """The three fraud rules over generated transactions, one a card and minute."""
    plan = json.dumps(compiled(PIPELINES / "cep_fraud.yaml"))
    events = {"kind": "transactions", "keys": KEYS, "interval_ms": 60_000}
    case = "three fraud rules, iterative conditions, heap"
    return against_flink(options, case, events, plan, 2_000_000, 200_000)


def handbook(options: Options) -> list[report.Case]:
    """The fraud rules with limits that match, over two months of real transactions."""
    plan = json.dumps(compiled(PIPELINES / "cep_handbook.yaml"))
    file, count = cep_data.handbook(options.data)
    case = "three fraud rules, April and May of the Fraud Detection Handbook, heap"
    events = cep_data.from_file(file)
    return against_flink(options, case, events, plan, count, count // 4)


def eight_rules(options: Options) -> list[report.Case]:
    """Eight rules over ten types, so that an event concerns two or three; against one of them."""
    plan = compiled(PIPELINES / "cep.yaml")
    types = [[i, (i + 2) % 10, (i + 5) % 10] for i in range(8)]
    eight, one = three_of_types(plan, types), three_of_types(plan, types[:1])
    count, peer = options.events(1_000_000), options.events(40_000)
    jobs = [
        Job("one", TIDEGATE, one, count),
        Job(TIDEGATE, TIDEGATE, eight, count),
        Job("flink_one", FLINK, one, peer),
        Job(FLINK, FLINK, eight, peer),
        Job("check", TIDEGATE, eight, peer, runs=1, warm_ups=0),
    ]
    found = run(options.classpath, TEN_TYPES, jobs, options.runs, options.warm_ups)
    matches = equal_matches(found[FLINK], found["check"])
    print(f"  {matches:,} matches on both sides in {peer:,} events")
    fall = statistics.median(rates(found[FLINK])) / statistics.median(rates(found["flink_one"]))
    case = "eight overlapping rules, heap"
    return [
        throughput(
            f"{case}, against one of them",
            found[TIDEGATE],
            "one rule",
            found["one"],
            {"Flink falls to": fall},
        ),
        throughput(case, found[TIDEGATE], OPERATORS.format(8), found[FLINK]),
    ]


def hundred_rules(options: Options) -> list[report.Case]:
    """The rules of the packs, each several times with other limits, over the packs' events."""
    packs = cep_data.packs()
    plan = with_rules(packs.plan, varied(packs.plan["rules"], 100))
    case = "100 rules, the packs varied, heap"
    return against_flink(options, case, packs.events, plan, 8 * packs.count, packs.count, BY_HAND)


def hundred_of_one_stream(options: Options) -> list[report.Case]:
    """A hundred different rules, each of which meets every event."""
    team = cep_data.fraud_team()
    plan = json.dumps(team.plan)
    case = "100 rules of one stream, a fraud team's, heap"
    return against_flink(options, case, team.events, plan, 8 * team.count, team.count, BY_HAND)


def thousand_rules(options: Options) -> list[report.Case]:
    """1,000 rules and 100 of the same kind; in both an event concerns five."""
    plan = compiled(PIPELINES / "cep.yaml")
    found = {}
    for rules in (100, 1_000):
        types = rules * 3 // 5
        wanted = [
            [(i + third * (types // 3 + i // types)) % types for third in range(3)]
            for i in range(rules)
        ]
        job = Job(
            f"{rules}_rules", TIDEGATE, three_of_types(plan, wanted), options.events(1_000_000)
        )
        events = {**TEN_TYPES, "types": types}
        found[rules] = run(options.classpath, events, [job], options.runs, options.warm_ups)[
            job.name
        ]
    return [
        throughput(
            "1,000 rules, an event concerns five, heap",
            found[1_000],
            "100 rules, an event concerns five",
            found[100],
        )
    ]


CASES = (
    CepCase("one", "one relaxed rule against Flink and the pass-through", 3, one_rule),
    CepCase("fraud", "three fraud rules over generated transactions, against Flink", 6, fraud),
    CepCase("handbook", "the same over real transactions (--data)", 6, handbook),
    CepCase("eight", "eight overlapping rules against one of them, and Flink", 4, eight_rules),
    CepCase("hundred", "100 rules of the packs against 100 CepOperators", 10, hundred_rules),
    CepCase("hundred_fraud", "100 rules of one stream, the same", 12, hundred_of_one_stream),
    CepCase("thousand", "1,000 rules against 100", 4, thousand_rules),
)
