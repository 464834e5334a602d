"""Plans of many rules, made from plans of few: what differs is constants, not shape."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tidegate.pipeline import load_pipeline
from tidegate.plan import compile_plan

COMPARISONS = ("gt", "ge", "lt", "le", "between")
PIPELINES = Path(__file__).parent / "pipelines"


def compiled(pipeline: Path) -> dict[str, Any]:
    """The plan of a pipeline, as JSON."""
    plan: dict[str, Any] = json.loads(compile_plan(load_pipeline(pipeline)).to_json())
    return plan


def with_rules(plan: dict[str, Any], rules: Sequence[dict[str, Any]]) -> str:
    """The plan's text with other rules."""
    return json.dumps({**plan, "rules": list(rules)})


def three_of_types(plan: dict[str, Any], types: Sequence[Sequence[int]]) -> str:
    """The one-rule plan of `cep.yaml` with a rule for each three event types."""
    (rule,) = plan["rules"]
    rules = []
    for wanted in types:
        other = renamed(rule, "_".join(["types", *map(str, wanted)]))
        for stage, one in zip(other["pattern"]["stages"], wanted, strict=True):
            stage["condition"] = mapped(stage["condition"], {1: one, 2: one, 3: one}.__getitem__)
        rules.append(other)
    return with_rules(plan, rules)


def varied(rules: Sequence[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """That many rules: the given ones in turn, from the second round on with other limits.

    Every number with decimals that a condition compares a field with, and every such parameter,
    moves by 1 % a round, every time limit by 2 %; texts, whole numbers and shapes stay.
    """
    found = []
    for i in range(count):
        rule, round_number = rules[i % len(rules)], i // len(rules)
        other = renamed(rule, f"{rule['id']}_{round_number}")
        factor = 1 + 0.01 * round_number
        for parameter in other["parameters"].values():
            parameter["default"] = _times(parameter["default"], factor)
        pattern = other["pattern"]
        pattern["stages"] = [_moved(stage, factor) for stage in pattern["stages"]]
        if pattern["within_ms"]:
            pattern["within_ms"] = int(pattern["within_ms"] * (1 + 0.02 * round_number))
        found.append(other)
    return found


def _moved(stage: dict[str, Any], factor: float) -> dict[str, Any]:
    other = dict(stage)
    for part in ("condition", "until"):
        if other.get(part) is not None:
            other[part] = _limits_moved(other[part], factor)
    if "group" in other:
        other["group"] = [_moved(one, factor) for one in other["group"]]
    return other


def _limits_moved(tree: dict[str, Any], factor: float) -> dict[str, Any]:
    compares = tree.get("call") in COMPARISONS
    arguments = [
        {**one, "literal": _times(one["literal"], factor)}
        if compares and "literal" in one
        else _limits_moved(one, factor)
        for one in tree.get("args", ())
    ]
    return {**tree, "args": arguments} if arguments else tree


def _times(value: Any, factor: float) -> Any:
    return value * factor if isinstance(value, float) else value


def flink_has(rule: dict[str, Any], plan: dict[str, Any]) -> bool:
    """Whether Flink's operator can run a rule.

    It has no alternatives, stated absences, derived fields and cool-downs.
    """
    if rule.get("cool_down_ms"):
        return False
    derived = {field["name"] for stream in plan["streams"] for field in stream["derived"]}
    return _flink_has(rule["pattern"]["stages"]) and not derived & set(_fields(rule))


def _flink_has(stages: Sequence[dict[str, Any]]) -> bool:
    return all(
        not stage.keys() & {"any_of", "all_of"}
        and stage["contiguity"] != "absent_for"
        and _flink_has(stage.get("group", ()))
        for stage in stages
    )


def _fields(tree: Any) -> list[str]:
    if isinstance(tree, list):
        return [field for one in tree for field in _fields(one)]
    if not isinstance(tree, dict):
        return []
    own = [tree["field"]] if isinstance(tree.get("field"), str) else []
    return own + [field for one in tree.values() for field in _fields(one)]


def renamed(rule: dict[str, Any], name: str) -> dict[str, Any]:
    """A copy of a rule under another name, with state of its own."""
    other = copy.deepcopy(rule)
    other["id"] = name
    other["fingerprint"] = hashlib.sha256(name.encode()).hexdigest()
    return other


def mapped(tree: Any, change: Callable[[Any], Any]) -> Any:
    """The expression with every constant changed."""
    if isinstance(tree, list):
        return [mapped(one, change) for one in tree]
    if not isinstance(tree, dict):
        return tree
    return {
        name: change(value) if name == "literal" else mapped(value, change)
        for name, value in tree.items()
    }
