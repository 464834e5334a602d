"""What a generator gives: rows of streams, the cases planted among them, and near misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tidegate.errors import OptionError

START_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z, a Monday


@dataclass(frozen=True, slots=True)
class Row:
    """One event of a stream; `values` by field, `ts` as epoch milliseconds."""

    stream: str
    values: Mapping[str, Any]

    @property
    def ts(self) -> int:
        """Event time, ms."""
        return int(self.values["ts"])


@dataclass(frozen=True, slots=True)
class Case:
    """Events that belong together.

    Attributes:
        rule: the rule that finds them, or only nearly.
        key: the key as alerts show it.
        events: identities in the order of the match; of an absence, what came before it.
        note: what keeps a near miss from being a match; empty for a planted case.
    """

    rule: str
    key: str
    events: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows by event time, or shuffled, and what is to be found among them.

    Attributes:
        planted: all matches that the pack's rules, as shipped, find in the rows.
        near_misses: what was planted beside them and must not match.
    """

    rows: tuple[Row, ...]
    planted: frozenset[Case]
    near_misses: frozenset[Case]

    def shuffled(self, bound_ms: int, seed: int = 0) -> Dataset:
        """The same rows in another order: none comes after one that is `bound_ms` newer."""
        delays = np.random.default_rng(seed).integers(0, bound_ms + 1, len(self.rows))
        order = np.argsort([row.ts for row in self.rows] + delays, kind="stable")
        return replace(self, rows=tuple(self.rows[i] for i in order))


@dataclass(frozen=True, slots=True)
class Options:
    """How much is generated; equal options give equal data.

    Attributes:
        events: rows, about.
        entities: cards, sensors, symbols, hosts, ...; None for the pack's own number.
        rate: rows a second of event time, all entities together; None for the pack's own.
        cases: planted cases of each kind, and near misses of each kind.
        start_ms: event time of the beginning, epoch milliseconds.
    """

    events: int = 10_000
    seed: int = 0
    entities: int | None = None
    rate: float | None = None
    cases: int = 3
    start_ms: int = START_MS

    def __post_init__(self) -> None:
        for name, value, least in (
            ("events", self.events, 1),
            ("entities", self.entities or 1, 1),
            ("cases", self.cases, 0),
        ):
            if value < least:
                raise OptionError(f"{name} {value}: expected {least} or more")
        if self.rate is not None and not self.rate > 0:
            raise OptionError(f"rate {self.rate}: expected events per second, above 0")

    def span_ms(self, rate: float, least_s: float, pack: str) -> int:
        """Length of the data.

        Args:
            rate: rows a second where the options give none.
            least_s: seconds that the pack's cases need.
            pack: its name, for messages.

        Raises:
            OptionError: when the given rate leaves the cases too little time.
        """
        if self.rate is None:
            return round(max(self.events / rate, least_s) * 1000)
        if self.events / self.rate < least_s:
            raise OptionError(
                f"{pack}: {self.events} events at {self.rate:g} a second are over after "
                f"{self.events / self.rate:.0f} s; its cases need {least_s:.0f} s: "
                f"a rate of at most {self.events / least_s:.3g}, or more events"
            )
        return round(self.events / self.rate * 1000)

    def count(self, default: int, needed: int, pack: str, what: str) -> int:
        """Number of entities.

        Raises:
            OptionError: when there are too few for each case to have its own.
        """
        if self.entities is None:
            return max(default, needed)
        if self.entities < needed:
            raise OptionError(
                f"{pack}: found {self.entities} {what}, expected {needed} or more: "
                f"{self.cases} cases of each kind have their own"
            )
        return self.entities


class Recorder:
    """Collects rows and cases.

    Args:
        identities: fields of the identity by stream; a single one gets a number when not given.
    """

    def __init__(self, identities: Mapping[str, Sequence[str]]) -> None:
        self._identities = identities
        self._rows: list[Row] = []
        self._planted: list[Case] = []
        self._near: list[Case] = []

    def add(self, stream: str, ts: float, **values: Any) -> str:
        """Record a row; returns its identity as alerts show it."""
        fields = self._identities[stream]
        values["ts"] = int(ts)
        if len(fields) == 1:
            values.setdefault(fields[0], f"{stream}-{len(self._rows):06d}")
        self._rows.append(Row(stream, values))
        return "|".join(str(values[name]) for name in fields)

    def plant(self, rule: str, key: str, *events: str) -> None:
        """Record a match that must be found."""
        self._planted.append(Case(rule, key, events))

    def near_miss(self, rule: str, key: str, note: str, *events: str) -> None:
        """Record what must not be found, and why not."""
        self._near.append(Case(rule, key, events, note))

    def __len__(self) -> int:
        return len(self._rows)

    def dataset(self) -> Dataset:
        """Everything recorded, the rows by event time."""
        rows = sorted(self._rows, key=lambda row: row.ts)
        return Dataset(tuple(rows), frozenset(self._planted), frozenset(self._near))
