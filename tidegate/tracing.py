"""Values that record what is done to them as the text of an expression."""

from __future__ import annotations

import math
from typing import NoReturn

from tidegate.errors import ExpressionError

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
        return Traced(f"({self._text} in [{', '.join(text_of(value) for value in values)}])")

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
    return Traced(f"{name}({', '.join(text_of(arg) for arg in args)})")


def param(name: str) -> Traced:
    """The rule's parameter `$name`."""
    if not name.isidentifier():
        raise ExpressionError(f"parameter {name!r}: expected letters, digits and underscores")
    return Traced(f"${name}")


def _binary(left: object, sign: str, right: object) -> Traced:
    return Traced(f"({text_of(left)} {sign} {text_of(right)})")


def text_of(value: object) -> str:
    """Text of a recorded value or a constant.

    Raises:
        ExpressionError: when it is neither.
    """
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
