"""Turns a Python lambda into expression text by calling it once with recording objects.

`lambda e, m: (e.amount >= 1000) & (e.place != m.first.last.place)` becomes the text that a rule
file would have, so both forms share one parser, one type check and one meaning.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from typing import Any, NoReturn

from tidegate.errors import ExpressionError
from tidegate.expression import field_text, step_text
from tidegate.syntax import PARAMETER_MARK, parse_syntax
from tidegate.tracing import Traced, text_of


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
        return ast.unparse(parse_syntax(text_of(result), place)).replace(PARAMETER_MARK, "$")
    except ExpressionError as error:
        raise ExpressionError(f"{place}: {error}") from error


def _no_dunder(name: str) -> None:
    # Python looks for optional protocols by such names; they are never fields or stages.
    if name.startswith("__"):
        raise AttributeError(name)
