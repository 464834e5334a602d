"""What a search may try: ranges and choices by the name of a setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Setting = float | int | str | bool


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, by their logarithm where they span magnitudes."""

    low: float
    high: float
    log: bool = False


@dataclass(frozen=True)
class Choice:
    """One of a few values."""

    of: tuple[Setting, ...]


Space = Mapping[str, Range | Choice]
