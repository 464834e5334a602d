"""The shipped fraud pipeline, with its own limits, finds the planted cases and nothing else."""

from __future__ import annotations

import random
import zlib
from pathlib import Path
from typing import Any

from tests.cluster import Submitter
from tests.end_to_end.job import DetectJob
from tidegate.stack.jars import ROOT
from tidegate.stack.options import StackOptions

START = 1_700_000_000_000
CITIES = ("Houston", "London", "Tokyo")
Found = set[tuple[str, str, tuple[str, ...]]]


class Transactions:
    """Generated transactions: each case on a card of its own, among quiet ones."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.planted: Found = set()

    def add(self, card: str, seconds: float, amount: float, location: str = "Houston") -> str:
        """One transaction; returns its id."""
        identity = f"t{len(self.events)}"
        self.events.append(
            {
                "transaction_id": identity,
                "card_number": card,
                "customer_id": f"customer of {card}",
                "amount": amount,
                "location": location,
                "merchant_category": None,
                "ts": START + int(seconds * 1000),
            }
        )
        return identity

    def quiet(self, card: str, rng: random.Random) -> None:
        """Half an hour of small amounts, too far apart for the velocity rule."""
        for number in range(20):
            self.add(card, number * 90 + rng.uniform(0, 30), rng.uniform(6, 400))

    def plant(self, number: int, at: float) -> None:
        """One case of every rule."""
        cards = {rule: f"{rule} {number}" for rule in ("geographic", "testing", "velocity")}
        trip = tuple(
            self.add(cards["geographic"], at + 100 * step, 600 + step, city)
            for step, city in enumerate(CITIES)
        )
        test = (
            self.add(cards["testing"], at, 0.01 if number % 2 else 5.0),
            self.add(cards["testing"], at + 59, 1000),
        )
        burst = tuple(self.add(cards["velocity"], at + 20 * step, 20) for step in range(6))
        self.planted |= {
            ("geographic_impossibility", cards["geographic"], trip),
            ("card_testing", cards["testing"], test),
            ("velocity", cards["velocity"], burst[:5]),
        }

    def near_misses(self, number: int, at: float) -> None:
        """What each rule must not take: one limit missed by a hair."""
        for step, city in enumerate(("Houston", "London", "Houston")):
            self.add(f"two cities {number}", at + 100 * step, 600, city)
        for step, city in enumerate(CITIES):
            self.add(f"five minutes {number}", at + 150 * step, 600, city)
        for step, city in enumerate(CITIES):
            self.add(f"not above {number}", at + 100 * step, 500, city)
        self.add(f"a minute later {number}", at, 2.0)
        self.add(f"a minute later {number}", at + 60, 2000)
        self.add(f"below a thousand {number}", at, 2.0)
        self.add(f"below a thousand {number}", at + 30, 999.99)
        for step in range(5):
            self.add(f"two minutes {number}", at + 30 * step, 20)


def test_the_planted_cases_of_each_rule_are_found_and_near_misses_are_not(
    stack: StackOptions, submit: Submitter, tmp_path: Path
) -> None:
    rng = random.Random(5)
    transactions = Transactions()
    for number in range(200):
        transactions.quiet(f"quiet {number}", rng)
    for number in range(25):
        transactions.plant(number, at=rng.uniform(0, 1200))
        transactions.near_misses(number, at=rng.uniform(0, 1200))
    transactions.add("end", 7200, 10)
    events = sorted(transactions.events, key=lambda e: e["ts"])

    run = DetectJob(
        stack,
        submit,
        "fraud",
        ROOT / "pipelines" / "fraud.yaml",
        tmp_path / "lake",
        "fraud-transactions",
        ROOT / "schemas" / "transaction.avsc",
        partitions=2,
    )
    # A card keeps to its partition; both partitions get an end.
    ends = [(p, events[-1] | {"transaction_id": f"end{p}"}) for p in range(2)]
    placed = [(zlib.crc32(e["card_number"].encode()) % 2, e) for e in events[:-1]] + ends
    sent = run.produce((partition, run.encode(event)) for partition, event in placed)
    run.start(parallelism=2, preflight=True)
    run.wait_until_handled(read=sent, pending=2)
    run.stop()

    matches = run.table("matches")
    found = {
        (rule, key, tuple(event["identity"] for event in events))
        for rule, key, events in zip(
            matches["rule_id"], matches["key"], matches["events"], strict=True
        )
    }
    print(f"{sent} transactions, {len(transactions.planted)} planted cases, {len(found)} found")
    assert found == transactions.planted
    assert len(matches) == len(found)
    assert {alert["match_id"] for alert in run.alerts()} == set(matches["match_id"])
