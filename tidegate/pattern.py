"""The pattern builder: patterns declared in Python.

Every method returns a new pattern and leaves the old one as it is, so a pattern may be the start
of several others. Quantifiers and conditions concern the last stage or group.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from tidegate.durations import milliseconds as in_milliseconds
from tidegate.errors import PatternError
from tidegate.lambdas import Condition, condition_text
from tidegate.stages import (
    Contiguity,
    Group,
    Inner,
    Kind,
    PatternDefinition,
    Skip,
    Stage,
    Times,
    both,
    either,
    label,
    walk,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several patterns (`any_of`), or stages in any order (`all_of`)."""

    kind: Kind
    stages: tuple[Stage | Group, ...]


class Pattern:
    """A sequence of stages with conditions, quantifiers and time limits.

    >>> card_testing = (
    ...     Pattern.begin("test_charge").where(lambda e: e.amount.between(0.01, 5.00))
    ...     .followed_by("big_charge").where(lambda e: e.amount >= 1000)
    ...     .within(minutes=1)
    ... )
    """

    def __init__(self, definition: PatternDefinition) -> None:
        self.definition = definition

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and self.definition == other.definition

    def __hash__(self) -> int:
        return hash(self.definition)

    def __repr__(self) -> str:
        return f"Pattern({self.definition})"

    @staticmethod
    def begin(step: str | Pattern | Choice, on: str | tuple[str, ...] = ()) -> Pattern:
        """A pattern that begins with a stage, a group given as a pattern, or a choice."""
        return Pattern(PatternDefinition((_step(step, Contiguity.BEGIN, on),)))

    def next(self, step: str | Pattern | Choice, on: str | tuple[str, ...] = ()) -> Pattern:
        """Then a stage or group whose event directly follows (strict contiguity)."""
        return self._then(step, Contiguity.NEXT, on)

    def followed_by(self, step: str | Pattern | Choice, on: str | tuple[str, ...] = ()) -> Pattern:
        """Then a stage or group; events that do not fit are passed over (relaxed contiguity)."""
        return self._then(step, Contiguity.FOLLOWED_BY, on)

    def followed_by_any(
        self, step: str | Pattern | Choice, on: str | tuple[str, ...] = ()
    ) -> Pattern:
        """Then a stage or group; fitting events may be passed over too."""
        return self._then(step, Contiguity.FOLLOWED_BY_ANY, on)

    def not_next(self, step: str, on: str | tuple[str, ...] = ()) -> Pattern:
        """Then the next event is not one of this stage."""
        return self._then(step, Contiguity.NOT_NEXT, on)

    def not_followed_by(self, step: str, on: str | tuple[str, ...] = ()) -> Pattern:
        """Then no event of this stage before the next stage, or, at the end, before the limit."""
        return self._then(step, Contiguity.NOT_FOLLOWED_BY, on)

    def absent_for(
        self,
        name: str | None = None,
        duration: timedelta | str | None = None,
        on: str | tuple[str, ...] = (),
        **units: float,
    ) -> Pattern:
        """Then no event of this stage for a time, counted from the event before.

        The pattern goes on when the time has passed; at its end the match is complete. Units are
        as in `within`.
        """
        absent = [s for s in walk(self.definition.stages) if s.contiguity is Contiguity.ABSENT_FOR]
        stage = _step(name or f"absence_{len(absent) + 1}", Contiguity.ABSENT_FOR, on)
        assert isinstance(stage, Stage)
        stage = replace(stage, absent_ms=_duration(duration, **units))
        return Pattern(replace(self.definition, stages=(*self.definition.stages, stage)))

    def where(self, condition: Condition) -> Pattern:
        """The stage takes an event only where this holds too; text or a lambda (event[, match])."""
        stage = self._stage("where")
        text = condition_text(condition, f"{label(stage)}, where")
        return self._with_last(replace(stage, where=both(stage.where, text)))

    def or_where(self, condition: Condition) -> Pattern:
        """The stage also takes an event where this holds."""
        stage = self._stage("or_where")
        if stage.where is None:
            raise PatternError(f"{label(stage)}: or_where needs a where before it")
        text = condition_text(condition, f"{label(stage)}, or_where")
        return self._with_last(replace(stage, where=either(stage.where, text)))

    def until(self, condition: Condition) -> Pattern:
        """The loop ends before the first event for which this holds."""
        if self._last.until is not None:
            raise PatternError(f"{label(self._last)}: until is given twice; join them with |")
        text = condition_text(condition, f"{label(self._last)}, until")
        return self._with_last(replace(self._last, until=text))

    def times(
        self, least: int, most: int | None = None, within: timedelta | str | None = None
    ) -> Pattern:
        """Exactly `least` times, or `least` to `most` times.

        `within` limits the time between one repetition and the next, the last one aside, as in
        Flink; a limit from the first to the last is that of the pattern. A least of 0 makes the
        stage optional.
        """
        most = least if most is None else most
        if least == 0 and most > 0:
            return self._quantified(Times(1, most, _optional_duration(within))).optional()
        return self._quantified(Times(least, most, _optional_duration(within)))

    def times_or_more(self, least: int, within: timedelta | str | None = None) -> Pattern:
        """At least so many times; `within` as for `times`."""
        return self._quantified(Times(least, None, _optional_duration(within)))

    def one_or_more(self, within: timedelta | str | None = None) -> Pattern:
        """Once or more often; `within` as for `times`."""
        return self._quantified(Times(1, None, _optional_duration(within)))

    def optional(self) -> Pattern:
        """The stage may be left out."""
        return self._with_last(replace(self._last, optional=True))

    def greedy(self) -> Pattern:
        """The loop takes as many events as it can."""
        return self._with_last(replace(self._last, greedy=True))

    def consecutive(self) -> Pattern:
        """Repetitions follow each other directly."""
        return self._inner(Inner.CONSECUTIVE)

    def allow_combinations(self) -> Pattern:
        """Repetitions may pass over fitting events."""
        return self._inner(Inner.COMBINATIONS)

    def within(
        self,
        duration: timedelta | str | None = None,
        *,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
        milliseconds: float = 0,
    ) -> Pattern:
        """Limit from the first to the last event, the end excluded."""
        limit = _duration(
            duration,
            days=days,
            hours=hours,
            minutes=minutes,
            seconds=seconds,
            milliseconds=milliseconds,
        )
        return Pattern(replace(self.definition, within_ms=limit))

    def within_previous(self, duration: timedelta | str | None = None, **units: float) -> Pattern:
        """Limit from the event before the stage to the stage's event; units as in `within`."""
        last, limit = self._last, _duration(duration, **units)
        if isinstance(last, Group) and last.kind is Kind.ANY_OF:
            return self._with_last(replace(last, within_previous_ms=limit))
        stage = self._stage("within_previous")
        return self._with_last(replace(stage, within_previous_ms=limit))

    def after_match(self, strategy: str, stage: str | None = None) -> Pattern:
        """After-match skip strategy; `skip_to_first` and `skip_to_last` name a stage."""
        return Pattern(replace(self.definition, skip=Skip(strategy, stage)))

    @property
    def _last(self) -> Stage | Group:
        return self.definition.stages[-1]

    def _stage(self, word: str) -> Stage:
        if isinstance(self._last, Group):
            kind = "group" if self._last.kind is Kind.GROUP else self._last.kind.value
            raise PatternError(f"{label(self._last)}: {word} belongs to a stage of the {kind}")
        return self._last

    def _then(
        self, step: str | Pattern | Choice, contiguity: Contiguity, on: str | tuple[str, ...]
    ) -> Pattern:
        stages = (*self.definition.stages, _step(step, contiguity, on))
        return Pattern(replace(self.definition, stages=stages))

    def _with_last(self, step: Stage | Group) -> Pattern:
        return Pattern(replace(self.definition, stages=(*self.definition.stages[:-1], step)))

    def _quantified(self, times: Times) -> Pattern:
        if self._last.times is not None:
            raise PatternError(f"{label(self._last)}: a second quantifier; give one")
        return self._with_last(replace(self._last, times=times))

    def _inner(self, inner: Inner) -> Pattern:
        if self._last.inner is not Inner.RELAXED:
            raise PatternError(
                f"{label(self._last)}: consecutive and allow_combinations exclude each other; "
                "give one, once"
            )
        return self._with_last(replace(self._last, inner=inner))


def any_of(*alternatives: Pattern) -> Choice:
    """One of several patterns, for the place of a stage: the first event that fits decides.

    >>> paid = any_of(Pattern.begin("card"), Pattern.begin("invoice").followed_by("transfer"))
    >>> order = Pattern.begin("order").followed_by(paid).within(days=14)
    """
    return Choice(Kind.ANY_OF, tuple(_alternative(each, "any_of") for each in alternatives))


def all_of(*stages: Pattern) -> Choice:
    """Stages that occur once each, in any order, for the place of a stage; one stage a pattern.

    >>> entered = Pattern.begin(all_of(Pattern.begin("door"), Pattern.begin("badge")))
    """
    return Choice(Kind.ALL_OF, tuple(_alternative(each, "all_of") for each in stages))


def _alternative(pattern: Pattern, word: str) -> Stage | Group:
    stages = _inside(pattern, word)
    return stages[0] if len(stages) == 1 else Group(stages, Contiguity.BEGIN)


def _inside(pattern: Pattern, what: str) -> tuple[Stage | Group, ...]:
    definition = pattern.definition
    if definition.within_ms is not None or definition.skip != Skip():
        raise PatternError(
            f"{what} has no within and no after_match of its own; give them to the whole pattern"
        )
    return definition.stages


def _step(
    step: str | Pattern | Choice, contiguity: Contiguity, on: str | tuple[str, ...]
) -> Stage | Group:
    if isinstance(step, str):
        return Stage(step, contiguity, on=(on,) if isinstance(on, str) else tuple(on))
    if on:
        raise PatternError("a group's stages name their own streams; give them `on`")
    if isinstance(step, Choice):
        return Group(step.stages, contiguity, kind=step.kind)
    return Group(_inside(step, "a group"), contiguity)


def _duration(duration: timedelta | str | None, **units: float) -> int:
    convert: Callable[..., int] = in_milliseconds
    try:
        return convert(duration, **units)
    except (TypeError, ValueError) as error:
        raise PatternError(f"duration: {error}") from error


def _optional_duration(duration: timedelta | str | None) -> int | None:
    return None if duration is None else _duration(duration)
