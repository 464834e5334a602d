"""What a run of rules over events has found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Event = Mapping[str, Any]
"""An event as it was given; from CSV with its fields' types."""


@dataclass(frozen=True)
class Match:
    """A match of a rule.

    Attributes:
        key: the key's text; the fields of a composite key are joined by `|`.
        events: stage and event, in the order taken.
        start: event time of the first event.
        end: event time of the last event.
        id: the alert's id.
    """

    rule: str
    key: str
    events: tuple[tuple[str, Event], ...]
    measures: Mapping[str, bool | int | float | str | None]
    summary: str
    start: datetime
    end: datetime
    id: str

    @property
    def stages(self) -> Mapping[str, Sequence[Event]]:
        """The events of each stage, in the order taken; stages that took none are left out."""
        stages: dict[str, list[Event]] = {}
        for stage, event in self.events:
            stages.setdefault(stage, []).append(event)
        return stages


@dataclass(frozen=True)
class Timeout(Match):
    """A partial match that ran out of time at `timed_out_at`."""

    timed_out_at: datetime


@dataclass(frozen=True)
class Late:
    """An event older than its stream allows, which no rule has seen.

    Attributes:
        greatest: the greatest event time that came before it.
        behind: how far behind that it lies.
    """

    event: Event
    number: int
    greatest: datetime
    behind: timedelta


@dataclass(frozen=True)
class DeadLetter:
    """A row that is no event of its stream; `number` is its line or place."""

    event: Event
    number: int
    reason: str
    detail: str


@dataclass(frozen=True)
class NearMiss:
    """How far the best partial match of a rule and key came, and what stopped it.

    Attributes:
        key: None where no event of any key began a match.
        events: what it had taken: stage and event.
        events_needed: the least number of events that it lacked.
        waiting_for: the stages that could have taken the next event.
        ending: still_open, within, within_previous, absence_broken or did_not_fit.
        reasons: what stopped it, in words.
        conditions: the parts of the waiting stages' conditions that failed for the closest event.
        closest: the event that came closest to being taken; None where none came.
    """

    rule: str
    key: str | None
    events: tuple[tuple[str, Event], ...]
    events_needed: int
    waiting_for: tuple[str, ...]
    ending: str
    reasons: tuple[str, ...]
    conditions: tuple[str, ...]
    closest: Event | None


@dataclass(frozen=True)
class Result:
    """All that a run has found.

    Attributes:
        rules: ids of the rules that ran.
        events: number of rows.
        matches: by event time of the last event.
        timeouts: partial matches that ran out of time, of every rule.
        near_misses: the closest of every rule, by rule.
        still_open: number of open partial matches at the end, by rule.
        cooled_down: number of matches that were not reported so soon after another, by rule.
        dropped: what was dropped beyond the limits of a rule, by rule: number of `partial_matches`
            and of `matches`.
        fields: names of the fields that a rule's expressions read, by rule.
        duplicates: events that repeated the identity of one within the stream's horizon.
    """

    rules: tuple[str, ...]
    events: int
    matches: tuple[Match, ...] = ()
    timeouts: tuple[Timeout, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    late: tuple[Late, ...] = ()
    dead_letters: tuple[DeadLetter, ...] = ()
    duplicates: tuple[Event, ...] = ()
    still_open: Mapping[str, int] = field(default_factory=dict)
    cooled_down: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def of(self, rule: str) -> tuple[Match, ...]:
        """The matches of one rule.

        Raises:
            KeyError: when no such rule ran.
        """
        if rule not in self.rules:
            raise KeyError(f"no rule {rule!r} ran; there are {', '.join(self.rules)}")
        return tuple(match for match in self.matches if match.rule == rule)

    def assert_matches(self, count: int | None = None, *, rule: str | None = None) -> None:
        """Fail unless there are so many matches, of one rule or of all.

        Args:
            count: how many; at least one when None.
            rule: id of the rule; None for all.

        Raises:
            AssertionError: with what was found and the near misses.
        """
        from tidegate.testing.text import counted

        found = len(self.matches if rule is None else self.of(rule))
        if found == count or (count is None and found):
            return
        expected = "at least one match" if count is None else counted(count, "match", "matches")
        raise AssertionError(
            f"expected {expected}{f' of {rule}' if rule else ''}, found {found}\n{self.text(rule)}"
        )

    def assert_no_matches(self, rule: str | None = None) -> None:
        """Fail when a rule, or any rule, has matched.

        Raises:
            AssertionError: with the matches.
        """
        self.assert_matches(0, rule=rule)

    def text(self, rule: str | None = None) -> str:
        """All of it in words, of one rule or of all."""
        from tidegate.testing.text import describe

        return describe(self, rule)
