"""What the rules of these tests must match, computed without the matcher.

Plain loops over one key's events in (time, identity) order. Each function says in Python what the
rule of the same name says in YAML, and returns matches as tuples of identities.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Transaction:
    """One card transaction of the Fraud Detection Handbook's data."""

    transaction_id: int
    ts: int
    customer_id: int
    terminal_id: int
    amount: float


def by_customer(transactions: Iterable[Transaction]) -> dict[int, list[Transaction]]:
    """Events per key, each list in the order in which the engine must handle them."""
    keyed: dict[int, list[Transaction]] = defaultdict(list)
    for transaction in transactions:
        keyed[transaction.customer_id].append(transaction)
    for events in keyed.values():
        events.sort(key=lambda e: (e.ts, e.transaction_id))
    return keyed


def velocity(events: Sequence[Transaction]) -> Iterator[tuple[int, ...]]:
    """Three transactions with an amount within an hour of the first."""
    charged = [e for e in events if e.amount > 0]
    for first, second, third in zip(charged, charged[1:], charged[2:], strict=False):
        if third.ts - first.ts < HOUR_MS:
            yield first.transaction_id, second.transaction_id, third.transaction_id


def three_terminals(events: Sequence[Transaction]) -> Iterator[tuple[int, ...]]:
    """Amounts above 100 at three different terminals within a day; each step takes the next."""
    large = [e for e in events if e.amount > 100]
    for i, first in enumerate(large):
        seen = [first]
        for event in large[i + 1 :]:
            if event.ts - first.ts >= DAY_MS:
                break
            if all(event.terminal_id != earlier.terminal_id for earlier in seen):
                seen.append(event)
                if len(seen) == 3:
                    yield tuple(e.transaction_id for e in seen)
                    break


def small_then_large(events: Sequence[Transaction]) -> Iterator[tuple[int, ...]]:
    """An amount below 5, then the next amount above 100 within a day."""
    for i, small in enumerate(events):
        if small.amount >= 5:
            continue
        for event in events[i + 1 :]:
            if event.ts - small.ts >= DAY_MS:
                break
            if event.amount > 100:
                yield small.transaction_id, event.transaction_id
                break


RULES = {
    "velocity": velocity,
    "three_terminals": three_terminals,
    "small_then_large": small_then_large,
}


def expected_matches(transactions: Iterable[Transaction]) -> set[tuple[str, str, tuple[int, ...]]]:
    """All matches as (rule, key, identities of the matched events in order)."""
    keyed = by_customer(transactions)
    return {
        (rule, str(customer), match)
        for rule, matches in RULES.items()
        for customer, events in keyed.items()
        for match in matches(events)
    }
