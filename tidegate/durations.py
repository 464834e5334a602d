"""Durations as people write them: `500ms`, `2s`, `1m`, `2h`, `1d`, or several together, `1h30m`."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_PART = re.compile(r"([0-9]+)(ms|s|m|h|d)")
_WHOLE = re.compile(r"([0-9]+(ms|s|m|h|d))+")


def parse_duration(text: object) -> int:
    """Milliseconds of a duration's text.

    Raises:
        ValueError: when `text` is not whole numbers with the units ms, s, m, h or d.

    >>> parse_duration("1h30m")
    5400000
    """
    if not isinstance(text, str) or not _WHOLE.fullmatch(text.strip()):
        raise ValueError(
            f"{text!r} is not a duration; write a number and a unit, such as 500ms, 2s, 1m, 2h, 1d"
        )
    return sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(text))


def milliseconds(
    duration: timedelta | str | None = None,
    *,
    days: float = 0,
    hours: float = 0,
    minutes: float = 0,
    seconds: float = 0,
    milliseconds: float = 0,
) -> int:
    """Milliseconds of a duration given as text, as a timedelta or in named units.

    Raises:
        ValueError: when nothing is given, both are given, or it is not whole milliseconds.

    >>> milliseconds(minutes=1, seconds=30)
    90000
    """
    units = timedelta(
        days=days, hours=hours, minutes=minutes, seconds=seconds, milliseconds=milliseconds
    )
    if duration is not None and units:
        raise ValueError("give a duration or units, not both")
    if isinstance(duration, str):
        return parse_duration(duration)
    whole, rest = divmod(units if duration is None else duration, timedelta(milliseconds=1))
    if rest:
        raise ValueError(f"{duration or units} is not a whole number of milliseconds")
    return whole


def format_duration(duration_ms: int) -> str:
    """Shortest text of a duration in milliseconds, the inverse of `parse_duration`.

    >>> format_duration(5400000)
    '1h30m'
    """
    parts = []
    for unit, size in sorted(_UNITS.items(), key=lambda item: -item[1]):
        number, duration_ms = divmod(duration_ms, size)
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts) or "0ms"
