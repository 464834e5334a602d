"""Typed expressions: what conditions, measures and summaries compile to.

An expression is a tree of frozen nodes, each with its type. `to_json` gives the form the plan
carries; `to_text` gives text that parses to the same tree.
"""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tidegate.streams import FieldType


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: bool | int | float | str
    type: FieldType


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field of the current event."""

    name: str
    type: FieldType


@dataclass(frozen=True, slots=True)
class StageValue:
    """A field of one event that a stage has taken: the first, the last, or by index."""

    stage: str
    select: str | int
    field: str
    type: FieldType


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregate over the events that a stage has taken; `field` is None for `count`."""

    stage: str
    function: str
    field: str | None
    type: FieldType


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the rule, `$name`."""

    name: str
    type: FieldType


@dataclass(frozen=True, slots=True)
class Key:
    """The key of the match, as text."""

    type: FieldType = FieldType.STRING


@dataclass(frozen=True, slots=True)
class MatchTime:
    """`start`, `end` or `duration` of the match."""

    which: str
    type: FieldType


@dataclass(frozen=True, slots=True)
class Call:
    """A function or operator applied to expressions."""

    function: str
    args: tuple[Expression, ...]
    type: FieldType


Expression: TypeAlias = (
    Literal | FieldValue | StageValue | Aggregate | Parameter | Key | MatchTime | Call
)


def to_json(expression: Expression) -> dict[str, Any]:
    """The plan's JSON form of an expression."""
    match expression:
        case Literal(value, kind):
            return {"literal": value, "type": kind.value}
        case FieldValue(name, kind):
            return {"field": name, "type": kind.value}
        case StageValue(stage, select, field, kind):
            return {"stage": stage, "select": select, "field": field, "type": kind.value}
        case Aggregate(stage, function, None, kind):
            return {"stage": stage, "aggregate": function, "type": kind.value}
        case Aggregate(stage, function, field, kind):
            return {"stage": stage, "aggregate": function, "field": field, "type": kind.value}
        case Parameter(name, kind):
            return {"parameter": name, "type": kind.value}
        case Key(kind):
            return {"key": True, "type": kind.value}
        case MatchTime(which, kind):
            return {"match": which, "type": kind.value}
        case Call(function, args, kind):
            return {"call": function, "args": [to_json(arg) for arg in args], "type": kind.value}


def from_json(document: Mapping[str, Any]) -> Expression:
    """The expression that `to_json` has written."""
    kind = FieldType(document["type"])
    match document:
        case {"literal": value}:
            return Literal(value, kind)
        case {"stage": stage, "select": select, "field": field}:
            return StageValue(stage, select, field, kind)
        case {"stage": stage, "aggregate": function}:
            return Aggregate(stage, function, document.get("field"), kind)
        case {"field": name}:
            return FieldValue(name, kind)
        case {"parameter": name}:
            return Parameter(name, kind)
        case {"key": _}:
            return Key(kind)
        case {"match": which}:
            return MatchTime(which, kind)
    return Call(document["call"], tuple(from_json(arg) for arg in document["args"]), kind)


RESERVED = ("event", "key", "start", "end", "duration")
"""Names with a meaning of their own; a field of such a name is written `event["name"]`."""


def field_text(field: str) -> str:
    """How a field of the current event is written."""
    plain = field.isidentifier() and field not in RESERVED and not keyword.iskeyword(field)
    return field if plain else f"event[{field!r}]"


def step_text(field: str) -> str:
    """How a field of a taken event is written, behind the event."""
    plain = field.isidentifier() and not keyword.iskeyword(field)
    return f".{field}" if plain else f"[{field!r}]"


COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
ARITHMETIC = {"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%"}
_ATOM = 9  # binding strength of what never needs parentheses
_STRENGTH = {"or": 1, "and": 2, "not": 3, "in": 4, "between": 4, "is_null": 4, "neg": 7}
_STRENGTH |= dict.fromkeys(COMPARISONS, 4) | {"add": 5, "sub": 5, "mul": 6, "div": 6, "mod": 6}


def to_text(expression: Expression) -> str:
    """Text of an expression; parsing it in the same scope gives an equal expression."""
    return _text(expression)[0]


def _text(expression: Expression) -> tuple[str, int]:
    """Text and binding strength."""
    match expression:
        case Literal(value, _):
            return repr(value), _STRENGTH["neg"] if repr(value).startswith("-") else _ATOM
        case FieldValue(name, _):
            return field_text(name), _ATOM
        case StageValue(stage, select, field, _):
            chosen = f"[{select}]" if isinstance(select, int) else f".{select}"
            return f"{stage}{chosen}{step_text(field)}", _ATOM
        case Aggregate(stage, function, field, _):
            if field is None:
                return f"{stage}.{function}", _ATOM
            named = repr(field) if keyword.iskeyword(field) else field
            return f"{stage}.{function}({named})", _ATOM
        case Parameter(name, _):
            return f"${name}", _ATOM
        case Key():
            return "key", _ATOM
        case MatchTime(which, _):
            return which, _ATOM
        case Call(function, args, _):
            return _call_text(function, args)


def _call_text(function: str, args: tuple[Expression, ...]) -> tuple[str, int]:
    strength = _STRENGTH.get(function, _ATOM)

    def operand(argument: Expression, least: int) -> str:
        text, bound = _text(argument)
        return text if bound >= least else f"({text})"

    if function in ("and", "or"):
        return f" {function} ".join(operand(arg, strength + 1) for arg in args), strength
    if function == "not":
        return "not " + operand(args[0], strength), strength
    if function == "neg":
        return "-" + operand(args[0], strength), strength
    if function in COMPARISONS:
        sides = (operand(args[0], 5), operand(args[1], 5))
        return f" {COMPARISONS[function]} ".join(sides), strength
    if function in ARITHMETIC:
        sides = (operand(args[0], strength), operand(args[1], strength + 1))
        return f" {ARITHMETIC[function]} ".join(sides), strength
    if function == "between":
        value, low, high = (operand(arg, 5) for arg in args)
        return f"{low} <= {value} <= {high}", strength
    if function == "is_null":
        return f"{operand(args[0], 5)} is None", strength
    if function == "in":
        members = ", ".join(_text(arg)[0] for arg in args[1:])
        return f"{operand(args[0], 5)} in [{members}]", strength
    return f"{function}({', '.join(_text(arg)[0] for arg in args)})", _ATOM
