"""Turns a Python lambda into expression text by calling it once with recording objects.

`lambda e, m: (e.amount >= 1000) & (e.place != m.first.last.place)` becomes the text that a rule
file would have, so both forms share one parser, one type check and one meaning.
"""

from __future__ import annotations

import ast
import inspect
import math
from collections.abc import Callable
from typing import Any, NoReturn

from tidegate.errors import ExpressionError
from tidegate.expression import field_text, step_text
from tidegate.syntax import PARAMETER_MARK, parse_syntax

_INSTEAD = (
    "use & for `and`, | for `or`, ~ for `not`, .between(low, high) for a chained comparison, "
    ".is_in(...) for `in`; put comparisons in parentheses"
)


class Traced:
    """An expression under construction; operators and methods give new ones."""

    __slots__ = ("_text",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text

    def __bool__(self) -> NoReturn:
        raise ExpressionError(f"{self._text}: a condition has no truth value yet; {_INSTEAD}")

    def __contains__(self, item: object) -> NoReturn:
        raise ExpressionError(f"{self._text}: `in` cannot be traced; {_INSTEAD}")

    def _refuse(self, *_: object) -> NoReturn:
        raise ExpressionError(
            f"{self._text}: not a number yet; use the functions of tidegate.functions "
            "instead of Python's"
        )

    __float__ = __int__ = __index__ = __iter__ = __len__ = _refuse

    def __eq__(self, other: object) -> Traced:  # type: ignore[override]
        return _binary(self, "==", other)

    def __ne__(self, other: object) -> Traced:  # type: ignore[override]
        return _binary(self, "!=", other)

    def __lt__(self, other: object) -> Traced:
        return _binary(self, "<", other)

    def __le__(self, other: object) -> Traced:
        return _binary(self, "<=", other)

    def __gt__(self, other: object) -> Traced:
        return _binary(self, ">", other)

    def __ge__(self, other: object) -> Traced:
        return _binary(self, ">=", other)

    def __and__(self, other: object) -> Traced:
        return _binary(self, "and", other)

    def __rand__(self, other: object) -> Traced:
        return _binary(other, "and", self)

    def __or__(self, other: object) -> Traced:
        return _binary(self, "or", other)

    def __ror__(self, other: object) -> Traced:
        return _binary(other, "or", self)

    def __invert__(self) -> Traced:
        return Traced(f"(not {self._text})")

    def __neg__(self) -> Traced:
        return Traced(f"(-{self._text})")

    def __abs__(self) -> Traced:
        return call("abs", self)

    def __round__(self, digits: None = None) -> Traced:
        if digits is not None:
            raise ExpressionError(f"{self._text}: round takes no digits")
        return call("round", self)

    def __add__(self, other: object) -> Traced:
        return _binary(self, "+", other)

    def __radd__(self, other: object) -> Traced:
        return _binary(other, "+", self)

    def __sub__(self, other: object) -> Traced:
        return _binary(self, "-", other)

    def __rsub__(self, other: object) -> Traced:
        return _binary(other, "-", self)

    def __mul__(self, other: object) -> Traced:
        return _binary(self, "*", other)

    def __rmul__(self, other: object) -> Traced:
        return _binary(other, "*", self)

    def __truediv__(self, other: object) -> Traced:
        return _binary(self, "/", other)

    def __rtruediv__(self, other: object) -> Traced:
        return _binary(other, "/", self)

    def __mod__(self, other: object) -> Traced:
        return _binary(self, "%", other)

    def __rmod__(self, other: object) -> Traced:
        return _binary(other, "%", self)

    def __pow__(self, other: object) -> Traced:
        return call("pow", self, other)

    def between(self, low: object, high: object) -> Traced:
        """True from `low` to `high`, both included."""
        return call("between", self, low, high)

    def is_in(self, *values: object) -> Traced:
        """True when equal to one of the values."""
        return Traced(f"({self._text} in [{', '.join(_text(value) for value in values)}])")

    def is_null(self) -> Traced:
        """True when there is no value."""
        return call("is_null", self)

    def contains(self, part: object) -> Traced:
        """True when the string contains `part`."""
        return call("contains", self, part)

    def starts_with(self, prefix: object) -> Traced:
        """True when the string begins with `prefix`."""
        return call("starts_with", self, prefix)

    def ends_with(self, suffix: object) -> Traced:
        """True when the string ends with `suffix`."""
        return call("ends_with", self, suffix)


def call(name: str, *args: object) -> Traced:
    """A function of the expression language applied to values."""
    return Traced(f"{name}({', '.join(_text(arg) for arg in args)})")


def param(name: str) -> Traced:
    """The rule's parameter `$name`."""
    if not name.isidentifier():
        raise ExpressionError(f"parameter {name!r}: expected letters, digits and underscores")
    return Traced(f"${name}")


class TracedEvent:
    """The current event: every attribute is a field."""

    def __getattr__(self, name: str) -> Traced:
        _no_dunder(name)
        return self[name]

    def __getitem__(self, name: str) -> Traced:
        return Traced(field_text(name))


class _TakenEvent:
    """One event of a stage: every attribute is a field."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __getattr__(self, name: str) -> Traced:
        _no_dunder(name)
        return self[name]

    def __getitem__(self, name: str) -> Traced:
        return Traced(f"{self._text}{step_text(name)}")


class TracedStage:
    """The events a stage has taken."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.first = _TakenEvent(f"{name}.first")
        self.last = _TakenEvent(f"{name}.last")
        self.count = Traced(f"{name}.count")

    def __getitem__(self, index: int) -> _TakenEvent:
        return _TakenEvent(f"{self._name}[{index}]")

    def sum(self, field: str) -> Traced:
        """Sum of a field; 0 over no events."""
        return self._aggregate("sum", field)

    def min(self, field: str) -> Traced:
        """Least value of a field; null over no events."""
        return self._aggregate("min", field)

    def max(self, field: str) -> Traced:
        """Greatest value of a field; null over no events."""
        return self._aggregate("max", field)

    def avg(self, field: str) -> Traced:
        """Mean of a field; null over no events."""
        return self._aggregate("avg", field)

    def distinct(self, field: str) -> Traced:
        """Number of different values of a field."""
        return self._aggregate("distinct", field)

    def _aggregate(self, function: str, field: str) -> Traced:
        return Traced(f"{self._name}.{function}({field!r})")

    def __getattr__(self, name: str) -> NoReturn:
        _no_dunder(name)
        raise ExpressionError(
            f"{self._name}.{name}: which event? write {self._name}.last.{name} "
            f"or {self._name}.first.{name}"
        )


class TracedMatch:
    """What the pattern has taken so far: every attribute is a stage."""

    def __getattr__(self, name: str) -> TracedStage:
        _no_dunder(name)
        return TracedStage(name)


Condition = str | Callable[..., Any]


def condition_text(condition: Condition, place: str) -> str:
    """Text of a condition given as text or as a lambda over (event) or (event, match).

    Raises:
        ExpressionError: when the lambda takes other arguments or does something untraceable.
    """
    if isinstance(condition, str):
        return condition
    return _trace(condition, (TracedEvent(), TracedMatch()), place)


def measure_text(measure: Condition, place: str) -> str:
    """Text of a measure given as text or as a lambda over the match.

    Raises:
        ExpressionError: when the lambda takes other arguments or does something untraceable.
    """
    if isinstance(measure, str):
        return measure
    return _trace(measure, (TracedMatch(),), place)


def _trace(function: Callable[..., Any], proxies: tuple[object, ...], place: str) -> str:
    if not callable(function):
        raise ExpressionError(f"{place}: found {function!r}, expected text or a lambda")
    wanted = len(inspect.signature(function).parameters)
    if not 1 <= wanted <= len(proxies):
        expected = "(event) or (event, match)" if len(proxies) == 2 else "(match)"
        raise ExpressionError(f"{place}: the lambda takes {wanted} arguments, expected {expected}")
    try:
        result = function(*proxies[:wanted])
        # Python prints the tree without needless parentheses, as a person would write it.
        return ast.unparse(parse_syntax(_text(result), place)).replace(PARAMETER_MARK, "$")
    except ExpressionError as error:
        raise ExpressionError(f"{place}: {error}") from error


def _binary(left: object, sign: str, right: object) -> Traced:
    return Traced(f"({_text(left)} {sign} {_text(right)})")


def _text(value: object) -> str:
    if isinstance(value, Traced):
        return repr(value)
    # The base types' own repr: subclasses, such as numpy's floats, print themselves otherwise.
    match value:
        case bool():
            return bool.__repr__(value)
        case int():
            return int.__repr__(value)
        case float() if math.isfinite(value):
            return float.__repr__(value)
        case str():
            return str.__repr__(value)
    raise ExpressionError(f"found {value!r}, expected a field, a number, a string, True or False")


def _no_dunder(name: str) -> None:
    # Python looks for optional protocols by such names; they are never fields or stages.
    if name.startswith("__"):
        raise AttributeError(name)
