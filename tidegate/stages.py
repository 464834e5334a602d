"""What a pattern is made of: stages, groups, choices, quantifiers, time limits, what a match skips.

These are plain frozen data; `pattern.py` and `rules.py` make them, `stage_checks.py` judges them,
`pattern_plan.py` compiles them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Contiguity(StrEnum):
    """How a stage follows the one before it."""

    BEGIN = "begin"
    NEXT = "strict"
    FOLLOWED_BY = "relaxed"
    FOLLOWED_BY_ANY = "relaxed_any"
    NOT_NEXT = "not_next"
    NOT_FOLLOWED_BY = "not_followed_by"
    ABSENT_FOR = "absent_for"

    @property
    def negative(self) -> bool:
        """Whether the stage must not occur."""
        return self in (Contiguity.NOT_NEXT, Contiguity.NOT_FOLLOWED_BY, Contiguity.ABSENT_FOR)


class Kind(StrEnum):
    """What several stages are as one."""

    GROUP = "group"
    """A sequence."""
    ANY_OF = "any_of"
    """One of several stages or sequences."""
    ALL_OF = "all_of"
    """Stages that occur once each, in any order."""

    @property
    def article(self) -> str:
        """What to call one in a message."""
        return "a group" if self is Kind.GROUP else self.value


class Inner(StrEnum):
    """How the repetitions of a stage follow each other."""

    RELAXED = "relaxed"
    CONSECUTIVE = "strict"
    COMBINATIONS = "relaxed_any"


@dataclass(frozen=True, slots=True)
class Times:
    """How often a stage occurs: at least `min`, at most `max` (None: any number of times).

    `window_ms` limits the time from the event before to each repetition, as Flink's `times(n,
    windowTime)` does: not for the last that has to be, nor for those beyond it.
    """

    min: int = 1
    max: int | None = 1
    window_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """What happens to other partial matches after a match; `stage` for the skip_to strategies."""

    type: str = "no_skip"
    stage: str | None = None


SKIP_TYPES = ("no_skip", "skip_to_next", "skip_past_last_event", "skip_to_first", "skip_to_last")


@dataclass(frozen=True, slots=True)
class Stage:
    """One named step of a pattern.

    Attributes:
        where: text of the condition; None takes every event of the stage's streams.
        until: text of the condition that ends a loop.
        times: the quantifier; None when there is none, which means once.
        on: streams the stage reads; empty means all streams of the rule.
        within_previous_ms: limit from the event before this stage to the stage's event.
        absent_ms: for how long no such event comes; of an `absent_for` only.
    """

    name: str
    contiguity: Contiguity
    where: str | None = None
    until: str | None = None
    times: Times | None = None
    inner: Inner = Inner.RELAXED
    greedy: bool = False
    optional: bool = False
    on: tuple[str, ...] = ()
    within_previous_ms: int | None = None
    absent_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Several stages that are quantified as one.

    Attributes:
        stages: a sequence; or the alternatives, a group each unless it is a single stage; or the
            stages that occur in any order.
        inner: how repetitions follow each other; of an `all_of`, how its stages do.
        within_previous_ms: limit from the event before to the first event; of an `any_of` only.
    """

    stages: tuple[Stage | Group, ...]
    contiguity: Contiguity
    until: str | None = None
    times: Times | None = None
    inner: Inner = Inner.RELAXED
    greedy: bool = False
    optional: bool = False
    kind: Kind = Kind.GROUP
    within_previous_ms: int | None = None

    @property
    def sequences(self) -> tuple[tuple[Stage | Group, ...], ...]:
        """The sequences it holds: one, an alternative each, or a stage each."""
        if self.kind is Kind.GROUP:
            return (self.stages,)
        return tuple(_sequence(step) for step in self.stages)


@dataclass(frozen=True, slots=True)
class PatternDefinition:
    """A whole pattern."""

    stages: tuple[Stage | Group, ...]
    within_ms: int | None = None
    skip: Skip = Skip()


def _sequence(step: Stage | Group) -> tuple[Stage | Group, ...]:
    """The steps of an alternative; a group with a quantifier of its own is one step."""
    plain = isinstance(step, Group) and step == Group(step.stages, Contiguity.BEGIN)
    return step.stages if plain and isinstance(step, Group) else (step,)


def label(step: Stage | Group) -> str:
    """What to call a step in a message: the stage's name, or the group's stages."""
    if isinstance(step, Stage):
        return f"stage {step.name}"
    return f"{step.kind.value} ({', '.join(stage.name for stage in walk(step.stages))})"


def walk(steps: tuple[Stage | Group, ...]) -> Iterator[Stage]:
    """All named stages in order, those of groups included."""
    for step in steps:
        if isinstance(step, Group):
            yield from walk(step.stages)
        else:
            yield step


def both(first: str | None, second: str) -> str:
    """Text of the condition that holds when both hold."""
    return second if first is None else f"({first}) and ({second})"


def either(first: str | None, second: str) -> str:
    """Text of the condition that holds when one holds."""
    return second if first is None else f"({first}) or ({second})"
