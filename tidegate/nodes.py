"""Makes typed nodes: calls whose arguments fit, constants that the job can hold."""

from __future__ import annotations

import math

from tidegate.expression import Call, Expression, Literal
from tidegate.function_types import FUNCTIONS, OPERATORS
from tidegate.scope import ProblemError
from tidegate.streams import FieldType


def make_call(function: str, args: list[Expression]) -> Expression:
    """A call with its type; nested and/or are flattened, whole numbers become doubles by need.

    Raises:
        ProblemError: when the arguments do not fit the function.
    """
    if function in ("and", "or"):
        args = [
            part
            for arg in args
            for part in (arg.args if isinstance(arg, Call) and arg.function == function else (arg,))
        ]
    types = tuple(arg.type for arg in args)
    try:
        kind = (OPERATORS.get(function) or FUNCTIONS[function])(types)
    except ValueError as error:
        raise ProblemError(f"{function} {error}") from error
    if function == "round" and len(args) == 2:
        _check_digits(args[1])
    elif FieldType.DOUBLE in types or (kind is FieldType.DOUBLE and FieldType.LONG in types):
        args = [_as_double(arg) for arg in args]
    return Call(function, tuple(args), kind)


def _as_double(expression: Expression) -> Expression:
    """A whole number literal as a double, so that the job does not convert it at every event."""
    match expression:
        case Literal(value, FieldType.LONG):
            return Literal(float(value), FieldType.DOUBLE)
    return expression


def _check_digits(digits: Expression) -> None:
    match digits:
        case Literal(int(value), FieldType.LONG) if 0 <= value <= 15:
            return
    raise ProblemError("round takes a constant number of digits from 0 to 15")


def make_literal(value: object) -> Literal:
    """A constant.

    Raises:
        ProblemError: when the value has no type in the language or does not fit into 64 bits.
    """
    match value:
        case bool():
            return Literal(value, FieldType.BOOLEAN)
        case int():
            if not -(2**63) <= value <= 2**63 - 1:
                raise ProblemError(f"{value} does not fit into 64 bits")
            return Literal(value, FieldType.LONG)
        case float():
            if not math.isfinite(value):
                raise ProblemError("the number is too large for a double")
            return Literal(value, FieldType.DOUBLE)
        case str():
            return Literal(value, FieldType.STRING)
        case None:
            raise ProblemError("None can only be tested for: write `FIELD is None`")
    raise ProblemError(f"{value!r} is not a number, a string, True or False")
