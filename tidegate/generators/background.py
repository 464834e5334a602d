"""Ordinary behaviour: when entities act, and the times that are kept clear for planted cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from tidegate.errors import OptionError

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000


def times_of_day(
    rng: np.random.Generator, count: int, start_ms: int, span_ms: int, peak_hour: float = 15.0
) -> NDArray[np.int64]:
    """Unsorted times, ms: around the peak hour (UTC) four times as many as at night."""
    found = np.empty(0, np.int64)
    while len(found) < count:
        drawn = start_ms + rng.integers(0, span_ms, 2 * count)
        hours = drawn / HOUR_MS % 24
        density = 1 + 0.6 * np.cos((hours - peak_hour) * np.pi / 12)
        found = np.concatenate([found, drawn[rng.uniform(0, 1.6, len(drawn)) < density]])
    return found[:count]


def arrivals(
    rng: np.random.Generator, entities: int, count: int, start_ms: int, span_ms: int, gap_ms: int
) -> Iterator[tuple[int, int]]:
    """About `count` pairs of entity and time (ms) by time, some entities busier than others.

    Two events of an entity lie at least `gap_ms` apart.

    Raises:
        OptionError: when so many events do not fit between the gaps.
    """
    if count * gap_ms > 0.5 * entities * span_ms:
        raise OptionError(
            f"{count} events of {entities} entities in {span_ms // 1000} s are too many: "
            f"an entity's events lie {gap_ms / 1000:g} s apart; take more entities or a lower rate"
        )
    weights = rng.lognormal(0.0, 0.4, entities)
    drawn = count + count // 2 + 8
    who = rng.choice(entities, drawn, p=weights / weights.sum())
    when = times_of_day(rng, drawn, start_ms, span_ms)
    order = np.lexsort((when, who))
    who, when = who[order], when[order]
    # Measured from the event before, also from one that is left out: the gaps only grow.
    apart = np.ones(drawn, bool)
    apart[1:] = (who[1:] != who[:-1]) | (when[1:] - when[:-1] >= gap_ms)
    who, when = who[apart], when[apart]
    chosen = rng.permutation(len(who))[:count]
    chosen = chosen[np.argsort(when[chosen], kind="stable")]
    yield from zip(who[chosen].tolist(), when[chosen].tolist(), strict=True)


class Reservations:
    """Times that belong to planted cases, by entity."""

    def __init__(self) -> None:
        self._taken: dict[int, list[tuple[float, float]]] = defaultdict(list)

    def keep_clear(self, entity: int, start_ms: float, end_ms: float = float("inf")) -> None:
        """No ordinary event of the entity from start to end, ms."""
        self._taken[entity].append((start_ms, end_ms))

    def free(self, entity: int, ts: int) -> bool:
        """Whether an ordinary event may happen."""
        return not any(start <= ts <= end for start, end in self._taken.get(entity, ()))


class Draw:
    """Draws entities, each once, and times for cases."""

    def __init__(
        self, rng: np.random.Generator, entities: int, start_ms: int, span_ms: int
    ) -> None:
        self.rng = rng
        self._entities = chain(rng.permutation(entities).tolist())
        self._start_ms = start_ms
        self._span_ms = span_ms

    def entity(self) -> int:
        """An entity that no other case has."""
        return int(next(self._entities))

    def time(self, length_ms: float, lead_ms: float = 0.0) -> int:
        """A time, ms, with `lead_ms` of data before it and `length_ms` behind it."""
        earliest = self._start_ms + lead_ms
        return int(self.rng.uniform(earliest, self._start_ms + self._span_ms - length_ms))
