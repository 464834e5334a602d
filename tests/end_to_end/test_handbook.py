"""A month of real-sized card transactions through the whole job, against plain Python."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.cluster import Submitter
from tests.end_to_end.data import handbook_transactions
from tests.end_to_end.job import PIPELINES, DetectJob, matched_identities
from tests.end_to_end.reference import DAY_MS, Transaction, expected_matches
from tidegate.stack.options import StackOptions

BOUND_MS = 60_000
Placed = list[tuple[int, Transaction]]


@pytest.fixture(scope="module")
def transactions() -> list[Transaction]:
    return handbook_transactions("2018-04")


def job(
    stack: StackOptions, submit: Submitter, name: str, lake: Path, partitions: int = 1
) -> DetectJob:
    return DetectJob(
        stack,
        submit,
        name,
        PIPELINES / "handbook.yaml",
        lake,
        f"{name}-transactions",
        PIPELINES / "handbook_transaction.avsc",
        partitions,
    )


def closing_event(transactions: Sequence[Transaction], number: int) -> Transaction:
    """An event far ahead that no rule takes, so that the watermark passes all others."""
    return Transaction(10**9 + number, transactions[-1].ts + 3 * DAY_MS, -1 - number, 0, 0.0)


def shuffled(transactions: Sequence[Transaction], partitions: int, seed: int) -> Placed:
    """The same events on random partitions, each late against its partition by up to the bound."""
    rng = random.Random(seed)
    arrival = sorted(transactions, key=lambda e: e.ts + rng.randrange(BOUND_MS))
    return [(rng.randrange(partitions), event) for event in arrival]


def run_to_the_end(run: DetectJob, placed: Placed, partitions: int, parallelism: int) -> None:
    last = [event for _, event in placed]
    ends = [(p, closing_event(sorted(last, key=lambda e: e.ts), p)) for p in range(partitions)]
    sent = run.produce((p, run.encode(asdict(e))) for p, e in [*placed, *ends])
    run.start(parallelism)
    run.wait_until_handled(read=sent, pending=partitions)
    run.stop()


def test_matches_equal_an_independent_computation_in_any_order_partitioning_and_parallelism(
    stack: StackOptions, submit: Submitter, tmp_path: Path, transactions: list[Transaction]
) -> None:
    expected = expected_matches(transactions)
    counts = Counter(rule for rule, _, _ in expected)
    print(f"{len(transactions)} transactions, expected matches: {dict(counts)}")
    assert min(counts.values()) > 500, "a test on next to nothing proves nothing"

    ordered = job(stack, submit, "ordered", tmp_path / "ordered")
    run_to_the_end(ordered, [(0, event) for event in transactions], 1, parallelism=1)
    matches = ordered.table("matches")
    found = matched_identities(matches)
    assert Counter(found) == Counter(expected)
    alerts = {alert["alert_id"]: alert for alert in ordered.alerts()}
    assert {alert["match_id"] for alert in alerts.values()} == set(matches["match_id"])
    assert set(ordered.table("alerts")["alert_id"]) == set(alerts)
    assert len(ordered.table("late_events")) == 0
    assert len(ordered.table("dead_letters")) == 0

    mixed = job(stack, submit, "mixed", tmp_path / "mixed", partitions=2)
    run_to_the_end(mixed, shuffled(transactions, 2, seed=20), 2, parallelism=2)
    assert Counter(matched_identities(mixed.table("matches"))) == Counter(expected)
    assert set(mixed.table("matches")["match_id"]) == set(matches["match_id"])
    assert {(a["key"], a["alert_id"]) for a in mixed.alerts()} == {
        (a["key"], a["alert_id"]) for a in alerts.values()
    }
    assert len(mixed.table("late_events")) == 0


@pytest.mark.parametrize("delivery", ["at_least_once", "exactly_once"])
def test_a_savepoint_in_the_middle_changes_no_alert_and_keeps_an_event_late_across_it(
    delivery: str,
    stack: StackOptions,
    submit: Submitter,
    tmp_path: Path,
    transactions: list[Transaction],
) -> None:
    settings = [f"alerts.delivery={delivery}"]
    events = transactions[:60_000]
    middle = len(events) // 2
    stray = Transaction(
        10**8, events[middle - 1].ts - BOUND_MS - 5_000, events[0].customer_id, 1, 500.0
    )
    log = [*events[:middle], stray, *events[middle:], closing_event(events, 0)]

    whole = job(stack, submit, f"whole_{delivery}", tmp_path / "whole")
    whole.produce((0, whole.encode(asdict(e))) for e in log)
    whole.start(settings=settings)
    whole.wait_until_handled(read=len(log), pending=1)
    whole.stop()

    halves = job(stack, submit, f"halves_{delivery}", tmp_path / "halves")
    halves.produce((0, halves.encode(asdict(e))) for e in log[:middle])
    halves.start(settings=settings)
    halves.rest.wait_until("first half", lambda: halves.gauge("tidegate_in") == middle, 120)
    savepoint = halves.stop()
    before = len(halves.alerts())
    halves.produce((0, halves.encode(asdict(e))) for e in log[middle:])
    halves.start(savepoint=savepoint, settings=settings)
    halves.wait_until_handled(read=len(log), pending=1)
    halves.stop()

    ids = {alert["alert_id"] for alert in whole.alerts()}
    print(f"{len(ids)} alerts, {before} of them before the savepoint")
    assert 0 < before < len(ids)
    # Nothing failed, so neither delivery repeats an alert.
    assert sorted(alert["alert_id"] for alert in halves.alerts()) == sorted(ids)
    assert set(halves.table("matches")["match_id"]) == set(whole.table("matches")["match_id"])
    assert len(halves.table("matches")) == len(whole.table("matches"))
    for run in (whole, halves):
        late = run.table("late_events")
        assert late["offset"].tolist() == [middle]
        assert len(run.messages("late")) == 1
