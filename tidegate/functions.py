"""The functions of the expression language, for lambdas.

>>> from tidegate import functions as f
>>> condition = lambda e: f.hour(e.ts) < 6
"""

from __future__ import annotations

from tidegate.tracing import Traced, call, param

__all__ = [
    "ceil",
    "coalesce",
    "concat",
    "day_of_week",
    "floor",
    "haversine_km",
    "hour",
    "length",
    "lower",
    "max",
    "min",
    "param",
    "pow",
    "speed_kmh",
    "sqrt",
    "to_double",
    "upper",
]


def sqrt(value: object) -> Traced:
    """Square root; null below zero."""
    return call("sqrt", value)


def floor(value: object) -> Traced:
    """Greatest whole number that is not above the value."""
    return call("floor", value)


def ceil(value: object) -> Traced:
    """Least whole number that is not below the value."""
    return call("ceil", value)


def pow(value: object, exponent: object) -> Traced:
    """The value to the power of the exponent."""
    return call("pow", value, exponent)


def min(*values: object) -> Traced:
    """Least of the values; null when one is null."""
    return call("min", *values)


def max(*values: object) -> Traced:
    """Greatest of the values; null when one is null."""
    return call("max", *values)


def coalesce(*values: object) -> Traced:
    """The first value that is not null."""
    return call("coalesce", *values)


def lower(text: object) -> Traced:
    """The string in lower case."""
    return call("lower", text)


def upper(text: object) -> Traced:
    """The string in upper case."""
    return call("upper", text)


def length(text: object) -> Traced:
    """Number of characters."""
    return call("length", text)


def concat(*texts: object) -> Traced:
    """The strings joined."""
    return call("concat", *texts)


def hour(time: object) -> Traced:
    """Hour of the day in UTC, 0 to 23."""
    return call("hour", time)


def day_of_week(time: object) -> Traced:
    """Day of the week in UTC, Monday = 0."""
    return call("day_of_week", time)


def haversine_km(lat1: object, lon1: object, lat2: object, lon2: object) -> Traced:
    """Great-circle distance in kilometres; arguments in degrees."""
    return call("haversine_km", lat1, lon1, lat2, lon2)


def speed_kmh(
    lat1: object, lon1: object, time1: object, lat2: object, lon2: object, time2: object
) -> Traced:
    """Speed between two places in km/h; infinite between two places at one time."""
    return call("speed_kmh", lat1, lon1, time1, lat2, lon2, time2)


def to_double(value: object) -> Traced:
    """The number as a double."""
    return call("to_double", value)
