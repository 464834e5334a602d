"""A hundred rules over card transactions, as a fraud team comes to have them.

Ten kinds of rule, each several times with other limits, categories and windows, so that about one
of a hundred transactions of the fraud pack's generator completes one. Both engines have all that
they use.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tidegate.generators.fraud import CATEGORIES

Rule = dict[str, Any]

# Least amount, least number, window in minutes.
VELOCITIES = (
    *((0, 5, 2), (0, 8, 10), (5, 6, 5), (10, 5, 5), (20, 5, 10), (30, 4, 10)),
    *((50, 4, 15), (75, 3, 10), (100, 3, 15), (150, 3, 30), (200, 3, 60), (250, 2, 60)),
)
PRESENT = "card_present"
ONLINE = "not card_present"


def rules() -> list[Rule]:
    """The hundred rules, as they stand in a rule file."""
    kinds = (places, tests, velocities, travels, bursts, switches, copies, sums, rises, absences)
    return [rule for kind in kinds for rule in kind()]


def places() -> Iterator[Rule]:
    """Three large charges, each somewhere else."""
    for i in range(10):
        large = f"amount > {300.0 + 100 * i}"
        elsewhere = f"{large} and location != first.last.location"
        stages = [
            {"first": {"where": large}},
            {"followed_by": "second", "where": elsewhere},
            {
                "followed_by": "third",
                "where": f"{elsewhere} and location != second.last.location",
            },
        ]
        yield _rule(f"places_{i}", stages, 5 + i)


def tests() -> Iterator[Rule]:
    """A small charge, then a large one."""
    for i in range(12):
        small, big = 2.0 + i % 4 * 2, (300.0, 500.0, 1000.0)[i // 4]
        stages = [
            {"test_charge": {"where": f"0.01 <= amount <= {small}"}},
            {"followed_by": "big_charge", "where": f"amount >= {big}"},
        ]
        yield _rule(f"test_{i}", stages, 1 + 5 * i)


def velocities() -> Iterator[Rule]:
    """Many charges in a short time."""
    for i, (least, count, minutes) in enumerate(VELOCITIES):
        stages = [{"charge": {"where": f"amount > {float(least)}", "times_or_more": count}}]
        yield _rule(f"velocity_{i}", stages, minutes, "skip_past_last_event")


def travels() -> Iterator[Rule]:
    """The card itself at two terminals, and nothing travels that fast between them."""
    places = "here.last.latitude, here.last.longitude"
    for i in range(6):
        far = f"haversine_km({places}, latitude, longitude) > {50.0 + 50 * i}"
        speed = f"speed_kmh({places}, here.last.ts, latitude, longitude, ts)"
        fast = f"{speed} > {500.0 + 100 * i}"
        stages = [
            {"here": {"where": PRESENT}},
            {"not_followed_by": "reachable", "where": f"{PRESENT} and not ({far} and {fast})"},
            {"followed_by": "there", "where": f"{PRESENT} and {far} and {fast}"},
        ]
        yield _rule(f"travel_{i}", stages, 1440)


def bursts() -> Iterator[Rule]:
    """Three charges in one category."""
    for i in range(12):
        where = f"merchant_category == '{_category(i)}' and amount > {75.0 * (1 + i // 6)}"
        stages = [{"charge": {"where": where, "times": 3}}]
        yield _rule(f"burst_{i}", stages, 30 + 10 * i, "skip_past_last_event")


def switches() -> Iterator[Rule]:
    """A small charge in one category, a large one in another."""
    for i in range(12):
        first = f"merchant_category == '{_category(i)}' and amount < {7.0 + i / 2}"
        then = f"merchant_category == '{_category(i + 1 + i // 6)}' and amount > {180.0 + 10 * i}"
        stages = [{"small": {"where": first}}, {"followed_by": "large", "where": then}]
        yield _rule(f"switch_{i}", stages, 60)


def copies() -> Iterator[Rule]:
    """Used at a terminal, then online for more, twice."""
    for i in range(10):
        larger = f"{ONLINE} and amount > {90.0 + 10 * i} and amount > 2 * seen.last.amount"
        stages = [
            {"seen": {"where": f"{PRESENT} and amount > {30.0 + 5 * i}"}},
            {"followed_by": "online", "where": larger, "times": 2},
        ]
        yield _rule(f"copy_{i}", stages, 30 + 10 * i)


def sums() -> Iterator[Rule]:
    """Charges that come to a sum."""
    for i in range(10):
        charge = f"amount > {80.0 + 10 * i}"
        stages = [
            {"charge": {"where": charge, "times": 2}},
            {
                "followed_by": "last",
                "where": f"{charge} and amount + charge.sum(amount) > {500.0 + 50 * i}",
            },
        ]
        yield _rule(f"sum_{i}", stages, 30 + 10 * i, "skip_past_last_event")


def rises() -> Iterator[Rule]:
    """Three charges without another between them, each a multiple of the one before."""
    for i in range(8):
        factor = 2.5 + 0.25 * i
        stages = [
            {"first": {"where": f"amount > {20.0 + 5 * i}"}},
            {"next": "second", "where": f"amount > {factor} * first.last.amount"},
            {"next": "third", "where": f"amount > {factor} * second.last.amount"},
        ]
        yield _rule(f"rise_{i}", stages, 60)


def absences() -> Iterator[Rule]:
    """A large charge online, and the card itself is not seen for some time."""
    for i in range(8):
        stages = [
            {"online": {"where": f"{ONLINE} and amount > {250.0 + 25 * i}"}},
            {"not_followed_by": "seen", "where": PRESENT},
        ]
        yield _rule(f"absence_{i}", stages, 60 * (i + 1))


def _category(i: int) -> str:
    return CATEGORIES[i % len(CATEGORIES)]


def _rule(name: str, stages: list[Any], minutes: int, skip: str = "no_skip") -> Rule:
    return {
        "rule": name,
        "version": 1,
        "on": "transactions",
        "key": "card_number",
        "pattern": stages,
        "within": f"{minutes}m",
        "after_match": skip,
        "severity": "medium",
        "measures": {"minutes": "duration / 60000"},
        "summary": "card {key}",
    }
