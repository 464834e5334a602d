"""The twenty rules of `benchmarks.end_to_end --rules 20`: the shapes of the three, other limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

COUNT = 20


def transaction_rules() -> list[dict[str, Any]]:
    """Three places, a small charge then a big one, many charges: seven, seven and six of them."""
    rules = []
    for i in range(7):
        big = f"amount > {500 + 20 * i}"
        other = f"{big} and location != first.last.location"
        pattern: list[dict[str, Any]] = [
            {"first": {"where": big}},
            {"followed_by": "second", "where": other},
            {"followed_by": "third", "where": f"{other} and location != second.last.location"},
        ]
        rules.append(
            _rule(f"three_places_{i}", "transactions", "card_number", pattern, f"{5 + i}m")
        )
        pattern = [
            {"test": {"where": f"0.01 <= amount <= {5 - 0.1 * i:.1f}"}},
            {"followed_by": "big", "where": f"amount >= {1000 + 20 * i}"},
        ]
        rules.append(
            _rule(f"card_testing_{i}", "transactions", "card_number", pattern, f"{1 + i}m")
        )
        pattern = [{"charge": {"where": f"amount > {i}", "times_or_more": 5}}]
        velocity = _rule(f"velocity_{i}", "transactions", "card_number", pattern, f"{120 + i}s")
        rules.append({**velocity, "after_match": "skip_past_last_event"})
    return rules[:COUNT]


def joint_rules() -> list[dict[str, Any]]:
    """Rare spikes of a joint's current, alone, before a motion, and twice."""
    rules = []
    for i in range(7):
        spike = {"where": f"current_1 < {-6.93 - 0.01 * i:.2f}"}
        pattern: list[dict[str, Any]] = [{"spike": spike}]
        rules.append(_rule(f"spike_{i}", "joints", "robot_id", pattern, "1s"))
        motion = {"followed_by": "motion", "where": f"speed_0 > {0.4 + 0.01 * i:.2f}"}
        rules.append(_rule(f"motion_{i}", "joints", "robot_id", [{"spike": spike}, motion], "5s"))
        twice = _rule(f"twice_{i}", "joints", "robot_id", [{"spike": {**spike, "times": 2}}], "20s")
        rules.append({**twice, "after_match": "skip_past_last_event"})
    return rules[:COUNT]


def _rule(
    name: str, stream: str, key: str, pattern: list[dict[str, Any]], within: str
) -> dict[str, Any]:
    return {
        "rule": name,
        "version": 1,
        "on": stream,
        "key": key,
        "pattern": pattern,
        "within": within,
        "severity": "low",
        "measures": {"took_ms": "duration"},
        "summary": f"{name} {{key}}: after {{duration / 1000:.1f}} s",
    }


def write(rules: list[dict[str, Any]], path: Path) -> Path:
    """Writes a rule file and returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump({"rules": rules}, sort_keys=False))
    return path
