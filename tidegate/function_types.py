"""The functions and operators of the expression language, and the types they take and give."""

from __future__ import annotations

from collections.abc import Callable

from tidegate.streams import FieldType

Types = tuple[FieldType, ...]
BOOLEAN, LONG, DOUBLE = FieldType.BOOLEAN, FieldType.LONG, FieldType.DOUBLE
STRING, TIMESTAMP = FieldType.STRING, FieldType.TIMESTAMP


def _names(types: Types) -> str:
    return ", ".join(types)


def _fixed(result: FieldType, *expected: FieldType) -> Callable[[Types], FieldType]:
    """Exactly these arguments; a long serves as a double."""

    def check(types: Types) -> FieldType:
        fits = len(types) == len(expected) and all(
            found is wanted or (wanted is DOUBLE and found is LONG)
            for found, wanted in zip(types, expected, strict=True)
        )
        if not fits:
            raise ValueError(f"takes ({_names(expected)}), found ({_names(types)})")
        return result

    return check


def _numeric(
    least: int, most: int | None, result: FieldType | None = None
) -> Callable[[Types], FieldType]:
    """Numbers; the result is a long when all of them are, unless stated."""

    def check(types: Types) -> FieldType:
        too_many = most is not None and len(types) > most
        if len(types) < least or too_many or not all(kind.numeric for kind in types):
            wanted = "1 number" if most == 1 else f"{least}{' or more' * (most is None)} numbers"
            raise ValueError(f"takes {wanted}, found ({_names(types)})")
        return result or common(types)

    return check


def _round(types: Types) -> FieldType:
    if len(types) not in (1, 2) or not types[0].numeric or types[1:] not in ((), (LONG,)):
        raise ValueError(f"takes a number and, if wanted, digits, found ({_names(types)})")
    return types[0]


def _boolean(types: Types) -> FieldType:
    if any(kind is not BOOLEAN for kind in types):
        raise ValueError(f"takes conditions (boolean), found ({_names(types)})")
    return BOOLEAN


def common(types: Types) -> FieldType:
    """The one type that values of these types have together; long and double give double.

    Raises:
        ValueError: when there is none.
    """
    kinds = set(types)
    if kinds == {LONG, DOUBLE}:
        return DOUBLE
    if len(kinds) != 1:
        raise ValueError(f"takes values of one type, found ({_names(types)})")
    return types[0]


def _comparison(types: Types) -> FieldType:
    common(types)
    return BOOLEAN


def _ordered(types: Types) -> FieldType:
    if common(types) is BOOLEAN:
        raise ValueError("orders numbers, strings or timestamps, found boolean")
    return BOOLEAN


def _between(types: Types) -> FieldType:
    if len(types) != 3:
        raise ValueError(f"takes a value and two bounds, found {len(types)} argument(s)")
    return _ordered(types)


def _membership(types: Types) -> FieldType:
    if len(types) < 2:
        raise ValueError("needs at least one value to look for")
    return _comparison(types)


def _coalesce(types: Types) -> FieldType:
    if len(types) < 2:
        raise ValueError(f"takes 2 or more values, found {len(types)}")
    return common(types)


def _any_one(types: Types) -> FieldType:
    if len(types) != 1:
        raise ValueError(f"takes 1 value, found {len(types)}")
    return BOOLEAN


def _concat(types: Types) -> FieldType:
    if len(types) < 2 or any(kind is not STRING for kind in types):
        raise ValueError(f"takes 2 or more strings, found ({_names(types)})")
    return STRING


def _add(types: Types) -> FieldType:
    if TIMESTAMP in types and LONG in types:
        return TIMESTAMP  # a long beside a timestamp counts milliseconds
    return _numeric(2, 2)(types)


def _subtract(types: Types) -> FieldType:
    if types == (TIMESTAMP, LONG):
        return TIMESTAMP
    if types == (TIMESTAMP, TIMESTAMP):
        return LONG
    return _numeric(2, 2)(types)


OPERATORS: dict[str, Callable[[Types], FieldType]] = {
    "and": _boolean,
    "or": _boolean,
    "not": _boolean,
    "eq": _comparison,
    "ne": _comparison,
    "lt": _ordered,
    "le": _ordered,
    "gt": _ordered,
    "ge": _ordered,
    "add": _add,
    "sub": _subtract,
    "mul": _numeric(2, 2),
    "div": _numeric(2, 2, DOUBLE),
    "mod": _numeric(2, 2),
    "neg": _numeric(1, 1),
    "in": _membership,
}
"""Written with a sign or a word between their operands."""

FUNCTIONS: dict[str, Callable[[Types], FieldType]] = {
    "abs": _numeric(1, 1),
    "min": _numeric(2, None),
    "max": _numeric(2, None),
    "sqrt": _numeric(1, 1, DOUBLE),
    "round": _round,
    "floor": _numeric(1, 1),
    "ceil": _numeric(1, 1),
    "pow": _numeric(2, 2, DOUBLE),
    "between": _between,
    "is_null": _any_one,
    "coalesce": _coalesce,
    "lower": _fixed(STRING, STRING),
    "upper": _fixed(STRING, STRING),
    "length": _fixed(LONG, STRING),
    "contains": _fixed(BOOLEAN, STRING, STRING),
    "starts_with": _fixed(BOOLEAN, STRING, STRING),
    "ends_with": _fixed(BOOLEAN, STRING, STRING),
    "concat": _concat,
    "hour": _fixed(LONG, TIMESTAMP),
    "day_of_week": _fixed(LONG, TIMESTAMP),
    "haversine_km": _fixed(DOUBLE, DOUBLE, DOUBLE, DOUBLE, DOUBLE),
    "speed_kmh": _fixed(DOUBLE, DOUBLE, DOUBLE, TIMESTAMP, DOUBLE, DOUBLE, TIMESTAMP),
    "to_double": _numeric(1, 1, DOUBLE),
}
"""Written as a call, `name(...)`."""


def aggregate_type(function: str, field: FieldType) -> FieldType:
    """Type of `stage.function(field)`.

    Raises:
        ValueError: when the function does not work on the field's type.
    """
    if function == "distinct":
        return LONG
    if function in ("min", "max") and field is TIMESTAMP:
        return TIMESTAMP
    if not field.numeric:
        raise ValueError(f"{function} works on numbers, found {field}")
    return DOUBLE if function == "avg" else field


AGGREGATES = ("sum", "min", "max", "avg", "distinct")
"""Aggregates over a field; `count` takes none."""
