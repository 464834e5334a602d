"""Parameters of a rule: what `$name` stands for, with other values for single keys."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tidegate.errors import RuleError
from tidegate.function_types import common
from tidegate.streams import FieldType

Value = bool | int | float | str


@dataclass(frozen=True)
class RuleParameter:
    """A parameter whose value differs for some keys.

    Args:
        default: value for every key that is not among `by_key`.
        by_key: values by key, written as alerts show the key; several fields joined by `|`.

    >>> RuleParameter(3.0, by_key={"C-17": 5.0}).type.value
    'double'
    """

    default: Value
    by_key: Mapping[str, Value] = field(default_factory=dict)

    @property
    def type(self) -> FieldType:
        """The one type of its values; whole numbers among others with a point are doubles.

        Raises:
            ValueError: when they have no type in common.
        """
        return common(tuple(type_of(value) for value in (self.default, *self.by_key.values())))

    def document(self) -> dict[str, Any]:
        """The plan's form of it."""
        return {
            "default": self.default,
            "type": self.type.value,
            "by_key": dict(self.by_key),
        }


def as_parameters(
    parameters: Mapping[str, Value | RuleParameter], place: str
) -> dict[str, RuleParameter]:
    """All parameters in one form.

    Raises:
        RuleError: when a name is no name, or a value no number, text or truth of one type.
    """
    return {name: _as_parameter(name, value, place) for name, value in parameters.items()}


def _as_parameter(name: str, value: Value | RuleParameter, place: str) -> RuleParameter:
    if not name.isidentifier():
        raise RuleError(f"{place}: parameter {name!r}: expected letters, digits and _")
    parameter = value if isinstance(value, RuleParameter) else RuleParameter(value)
    for each in (parameter.default, *parameter.by_key.values()):
        if not isinstance(each, bool | int | float | str):
            raise RuleError(
                f"{place}: parameter {name}: found {each!r}, expected a number, a text, true or "
                "false"
            )
        if _overflows(each):
            raise RuleError(f"{place}: parameter {name}: {each} is no finite 64-bit number")
    try:
        parameter.type  # noqa: B018
    except ValueError as error:
        kinds = {key: type_of(each).value for key, each in parameter.by_key.items()}
        raise RuleError(
            f"{place}: parameter {name}: the default is a {type_of(parameter.default)}, "
            f"by_key has {', '.join(f'a {kind} for {key}' for key, kind in kinds.items())}; "
            "give all of them one type"
        ) from error
    return parameter


def type_of(value: object) -> FieldType:
    """The type that a value in a document stands for; whatever is no boolean or number is text."""
    match value:
        case bool():
            return FieldType.BOOLEAN
        case int():
            return FieldType.LONG
        case float():
            return FieldType.DOUBLE
    return FieldType.STRING


def _overflows(value: Value) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, int) and not -(2**63) <= value < 2**63
