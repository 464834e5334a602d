"""Conditions and measures give in the JVM what Python gives: text in, value out."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tidegate import Pattern, Rule
from tidegate.testing import run_rules

Event = dict[str, Any]
Taken = list[Event]


def _haversine_km(a: Event, b: Event) -> float:
    lat1, lat2 = math.radians(a["lat"]), math.radians(b["lat"])
    lon = math.radians(b["lon"] - a["lon"])
    h = math.sin((lat2 - lat1) / 2) ** 2
    h += math.cos(lat1) * math.cos(lat2) * math.sin(lon / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1, math.sqrt(h)))


def _speed_kmh(a: Event, b: Event) -> float:
    hours = abs(b["ts"] - a["ts"]) / 3_600_000
    distance = _haversine_km(a, b)
    if distance == 0:
        return 0
    return distance / hours if hours else math.inf


def _amounts(events: Taken) -> list[float]:
    return [event["amount"] for event in events if event["amount"] is not None]


def _null(*values: Any) -> bool:
    return any(value is None for value in values)


def _both(a: bool | None, b: bool | None) -> bool | None:
    return False if a is False or b is False else None if _null(a, b) else True


SAME = "b.last.lat, b.last.lon, b.last.ts"
MEASURES: dict[str, tuple[str, Callable[[Taken, Event], Any]]] = {
    "count": ("a.count", lambda a, b: len(a)),
    "sum": ("a.sum(amount)", lambda a, b: math.fsum(_amounts(a))),
    "avg": (
        "a.avg(amount)",
        lambda a, b: math.fsum(_amounts(a)) / len(_amounts(a)) if _amounts(a) else None,
    ),
    "least": ("a.min(amount)", lambda a, b: min(_amounts(a), default=None)),
    "most": ("a.max(amount)", lambda a, b: max(_amounts(a), default=None)),
    "cities": ("a.distinct(city)", lambda a, b: len({e["city"] for e in a} - {None})),
    "second": ("a[1].amount", lambda a, b: a[1]["amount"]),
    "last": ("a[-1].city", lambda a, b: a[-1]["city"]),
    "upper": ("upper(b.last.city)", lambda a, b: b["city"] and b["city"].upper()),
    "length": ("length(b.last.city)", lambda a, b: b["city"] and len(b["city"])),
    "found": (
        "contains(b.last.city, 'o')",
        lambda a, b: None if b["city"] is None else "o" in b["city"],
    ),
    "listed": (
        "b.last.city in ['Oslo', 'Rome']",
        lambda a, b: None if b["city"] is None else b["city"] in ("Oslo", "Rome"),
    ),
    "hour": ("hour(b.last.ts)", lambda a, b: datetime.fromtimestamp(b["ts"] / 1000, UTC).hour),
    "weekday": (
        "day_of_week(b.last.ts)",
        lambda a, b: datetime.fromtimestamp(b["ts"] / 1000, UTC).weekday(),
    ),
    "distance": (
        "haversine_km(a.first.lat, a.first.lon, b.last.lat, b.last.lon)",
        lambda a, b: _haversine_km(a[0], b),
    ),
    "speed": (
        f"speed_kmh(a.last.lat, a.last.lon, a.last.ts, {SAME})",
        lambda a, b: _speed_kmh(a[-1], b),
    ),
    "no_speed": (f"speed_kmh({SAME}, {SAME})", lambda a, b: 0.0),
    "ratio": (
        "b.last.amount / a.last.amount",
        lambda a, b: (
            None
            if _null(a[-1]["amount"], b["amount"]) or a[-1]["amount"] == 0
            else b["amount"] / a[-1]["amount"]
        ),
    ),
    "either": ("coalesce(b.last.amount, $limit)", lambda a, b: b["amount"] or 7.5),
    "three_valued": (
        "b.last.amount > $limit and b.last.city == 'Oslo'",
        lambda a, b: _both(
            None if b["amount"] is None else b["amount"] > 7.5,
            None if b["city"] is None else b["city"] == "Oslo",
        ),
    ),
    "missing": ("b.last.city is None", lambda a, b: b["city"] is None),
}


def _event(rng: random.Random, ts: int, card: str, kind: str) -> Event:
    return {
        "ts": ts,
        "card": card,
        "kind": kind,
        "amount": rng.choice([None, *[rng.randrange(1, 100) / 8 for _ in range(4)]]),
        "city": rng.choice([None, "Oslo", "Rome", "Zürich", "Bordeaux"]),
        "lat": rng.uniform(-90, 90),
        "lon": rng.uniform(-180, 180),
    }


def test_measures_are_what_python_computes() -> None:
    rng = random.Random(7)
    events: Taken = []
    expected: dict[str, dict[str, Any]] = {}
    for number in range(150):
        card, ts = f"c{number}", 1_700_000_000_000 + number * 7_919_000
        taken = [_event(rng, ts + i * 1000, card, "a") for i in range(3)]
        # Sometimes at the time of the event before, which comes first by its identity.
        last = _event(rng, ts + rng.choice([2000, 2001, 900_000]), card, "b")
        events += [*taken, last]
        expected[card] = {name: compute(taken, last) for name, (_, compute) in MEASURES.items()}
    rule = Rule(
        "r",
        Pattern.begin("a").where("kind == 'a'").times(3).followed_by("b").where("kind == 'b'"),
        "events",
        "card",
        parameters={"limit": 7.5},
        measures={name: text for name, (text, _) in MEASURES.items()},
    )
    found = {match.key: match.measures for match in run_rules(rule, events, time="ts").matches}
    assert found.keys() == expected.keys()
    for card, measures in expected.items():
        for name, value in measures.items():
            given = found[card][name]
            if isinstance(value, float):
                # JSON has no infinity: it comes as text.
                value, given = pytest.approx(value, rel=1e-9, abs=1e-9), float(given)
            assert given == value, (card, name, MEASURES[name][0])


PIPELINE = """\
pipeline: p
kafka: {bootstrap: "b:1"}
streams:
  trades:
    topic: trades
    schema: trade.avsc
    event_time: ts
    key: symbol
    identity: [ts]
    derive:
      average: {value: "avg(volume)", over: 3}
      recent: {value: "sum(volume)", over: 10s}
      before: {value: "previous(volume)"}
      limit: {value: "latest(limits.volume)"}
  limits: {topic: limits, schema: trade.avsc, event_time: ts, key: symbol}
rules: [rules.yaml]
"""
SCHEMA = """\
{"type": "record", "name": "trade", "fields": [
  {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-millis"}},
  {"name": "symbol", "type": "string"},
  {"name": "volume", "type": "double"}]}
"""


def test_derived_fields_are_what_a_look_back_gives(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(PIPELINE)
    (tmp_path / "trade.avsc").write_text(SCHEMA)
    rng = random.Random(3)
    trades = [
        {"ts": 1_000 * (i + 1), "symbol": rng.choice("AB"), "volume": float(rng.randrange(50))}
        for i in range(80)
    ]
    limits = [
        {"ts": 1_000 * at + 500, "symbol": symbol, "volume": float(rng.randrange(50))}
        for at in (5, 20, 41)
        for symbol in "AB"
    ]
    rule = Rule(
        "r",
        Pattern.begin("a").where("volume > 1.5 * average or recent > 100 or volume > limit"),
        "trades",
        measures={
            name: f"a.last.{name}" for name in ("average", "recent", "before", "limit", "volume")
        },
    )
    result = run_rules(rule, {"trades": trades, "limits": limits}, pipeline=tmp_path / "p.yaml")
    expected = []
    for i, trade in enumerate(trades):
        earlier = [e for e in trades[:i] if e["symbol"] == trade["symbol"]]
        three = [e["volume"] for e in earlier[-3:]]
        average = sum(three) / len(three) if three else None
        recent = sum(e["volume"] for e in earlier if e["ts"] > trade["ts"] - 10_000)
        told = [e for e in limits if e["symbol"] == trade["symbol"] and e["ts"] < trade["ts"]]
        limit = told[-1]["volume"] if told else None
        if (
            (average is not None and trade["volume"] > 1.5 * average)
            or recent > 100
            or (limit is not None and trade["volume"] > limit)
        ):
            before = earlier[-1]["volume"] if earlier else None
            expected.append([average, recent, before, limit, trade["volume"]])
    names = ("average", "recent", "before", "limit", "volume")
    found = sorted(result.matches, key=lambda match: match.start)
    assert len(expected) > 20
    assert [[match.measures[name] for name in names] for match in found] == [
        pytest.approx(each) for each in expected
    ]
