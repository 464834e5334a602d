"""Why a partial match went no further, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tidegate.durations import format_duration
from tidegate.expression import Call, Expression, Literal, from_json, to_text


def conjuncts(condition: Mapping[str, Any] | None) -> list[Expression]:
    """The terms of a plan's condition that must all hold; none where it takes every event."""
    if condition is None:
        return []
    expression = from_json(condition)
    if isinstance(expression, Call) and expression.function == "and":
        return list(expression.args)
    return [expression]


def stage_documents(steps: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The plan's stages by name, those inside of groups and alternatives included."""
    found: dict[str, Mapping[str, Any]] = {}

    def walk(node: Any) -> None:
        if isinstance(node, Mapping):
            if isinstance(node.get("name"), str) and "condition" in node:
                found[node["name"]] = node
                return
            node = list(node.values())
        if isinstance(node, list):
            for each in node:
                walk(each)

    walk(list(steps))
    return found


def failure(term: Expression, values: Sequence[Any]) -> str:
    """A term that did not hold with the values it had: `amount >= 1000.0: was 940.0`.

    Args:
        term: the term.
        values: of its parts that are no constants, each before its own parts.
    """
    parts = _parts(term) or [term]
    shown = {to_text(part): value for part, value in zip(parts, values, strict=True)}
    if len(shown) == 1:
        return f"{to_text(term)}: was {value_text(next(iter(shown.values())))}"
    said = ", ".join(f"{name} was {value_text(value)}" for name, value in shown.items())
    return f"{to_text(term)}: {said}"


def _parts(expression: Expression) -> list[Expression]:
    """Parts of an expression that are no constants, each before its own."""
    if not isinstance(expression, Call):
        return []
    return [
        each
        for arg in expression.args
        if not isinstance(arg, Literal)
        for each in (arg, *_parts(arg))
    ]


def value_text(value: Any) -> str:
    """A value as it is written in an expression; null for none."""
    if isinstance(value, float):
        return f"{value:.12g}" if value != int(value or 0) or abs(value) >= 1e12 else f"{value:.1f}"
    return "null" if value is None else repr(value)


class Reasons:
    """Words for the near misses of one rule.

    Args:
        rule: the rule in the plan.
        clock: text of an event time in epoch milliseconds.
    """

    def __init__(self, rule: Mapping[str, Any], clock: Callable[[int], str]) -> None:
        self._pattern = rule["pattern"]
        self._stages = stage_documents(self._pattern["stages"])
        self._clock = clock

    def conditions(self, refusal: Mapping[str, Any]) -> list[str]:
        """The terms that failed for the event that came closest."""
        terms = conjuncts(self._stages[refusal["stage"]]["condition"])
        return [failure(terms[each["term"]], each["values"]) for each in refusal["failed"]]

    def refusal(self, refusal: Mapping[str, Any], begun: bool) -> list[str]:
        """Why a stage took none of the events that came."""
        stage, came = refusal["stage"], refusal["came"]
        streams = " or ".join(self._stages[stage]["streams"])
        if came == 0:
            return [f"{stage}: no event of {streams} came{' in time' if begun else ''}"]
        terms = conjuncts(self._stages[stage]["condition"])
        lines = [
            f"{stage}: {to_text(term)} held {_times(held, came)}"
            for term, held in zip(terms, refusal["held"], strict=True)
            if held < came
        ]
        if not refusal["failed"]:
            return [f"{stage}: its condition held, but its place in the pattern did not let it in"]
        if came == 1:
            return [f"{stage}: {text}" for text in self.conditions(refusal)]
        return [*lines, *(f"{stage}, closest: {text}" for text in self.conditions(refusal))]

    def ending(self, miss: Mapping[str, Any]) -> str:
        """What became of the partial match."""
        at = self._clock(miss["at"])
        match miss["ending"]:
            case "within":
                limit = format_duration(self._pattern["within_ms"])
                return f"time ran out at {at}: within {limit} of its first event"
            case "within_previous":
                return f"time ran out at {at}: the limit since the event before"
            case "absence_broken":
                return f"broken at {at} by {miss['absence']}, which must not occur"
            case "did_not_fit":
                return f"ended at {at}: the next event had to fit and did not"
        return "still open at the end of the events"


def _times(held: int, came: int) -> str:
    return f"{held} of {came} times" if came != 1 else ("once" if held else "not")
