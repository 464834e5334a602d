"""Combinations of stages that have no meaning are refused when a rule is read.

The refusals are those of Flink CEP's `Pattern` and `Quantifier`, and a few that Flink leaves to
run time or to chance.
"""

from __future__ import annotations

import keyword

from tidegate.absence_checks import (
    check_absence,
    check_absences_count,
    check_absences_end,
    check_before_absence,
)
from tidegate.choice_checks import check_choice
from tidegate.durations import format_duration
from tidegate.errors import PatternError
from tidegate.stages import (
    SKIP_TYPES,
    Contiguity,
    Group,
    Inner,
    Kind,
    PatternDefinition,
    Stage,
    Times,
    label,
    walk,
)

_NAME_RESERVED = ("event",)
MAX_OCCURRENCES = 10_000
"""Repetitions of a whole pattern; each costs the automaton up to three of its 32,767 states."""


def check_pattern(pattern: PatternDefinition, place: str) -> None:
    """Refuse a pattern that has no meaning.

    Args:
        pattern: the pattern.
        place: file and rule, for errors.

    Raises:
        PatternError: naming the stage and the reason.
    """
    if not pattern.stages:
        raise PatternError(f"{place}: the pattern has no stages; begin with one")
    _check_names(pattern, place)
    _check_sequence(pattern.stages, place)
    check_absences_count(pattern.stages, False, place)
    _check_size(pattern, place)
    check_absences_end(pattern, place)
    _check_limits(pattern, place)
    _check_skip(pattern, place)


def _check_names(pattern: PatternDefinition, place: str) -> None:
    seen: set[str] = set()
    for stage in walk(pattern.stages):
        name = stage.name
        if not name.isidentifier() or keyword.iskeyword(name) or name in _NAME_RESERVED:
            raise PatternError(
                f"{place}, stage {name!r}: not a stage name; expected letters, digits and "
                "underscores, no Python keyword, not 'event'"
            )
        if name in seen:
            raise PatternError(f"{place}, stage {name}: the name occurs twice; give each its own")
        seen.add(name)


def _check_sequence(steps: tuple[Stage | Group, ...], place: str) -> None:
    before: Stage | Group | None = None
    for index, step in enumerate(steps):
        where = f"{place}, {label(step)}"
        if before is None and step.contiguity is not Contiguity.BEGIN:
            found = "a negative stage" if step.contiguity.negative else step.contiguity.name.lower()
            raise PatternError(f"{where}: a sequence begins with a plain stage, found {found}")
        if before is not None and step.contiguity is Contiguity.BEGIN:
            raise PatternError(
                f"{where}: how does it follow {label(before)}? write next, followed_by, "
                "followed_by_any, not_next, not_followed_by or absent_for"
            )
        _check_step(step, where)
        if before is not None:
            _check_pair(before, step, where)
            if step.contiguity.negative:
                check_before_absence(steps, index, where)
        if isinstance(step, Group):
            _check_group(step, where)
            for sequence in step.sequences:
                _check_sequence(sequence, place)
        before = step


def _check_group(group: Group, where: str) -> None:
    check_choice(group, where)
    if not all(group.sequences) or not group.stages:
        raise PatternError(f"{where}: the group has no stages")
    for sequence in group.sequences:
        last = sequence[-1]
        if last.contiguity is Contiguity.NOT_FOLLOWED_BY:
            raise PatternError(
                f"{where}: {label(last)}: not_followed_by cannot end a group or an alternative; "
                "put it after, or use absent_for"
            )
    if group.within_previous_ms is None:
        return
    if group.kind is not Kind.ANY_OF:
        raise PatternError(f"{where}: {group.kind} has no within_previous; give it to a stage")
    if group.contiguity is Contiguity.BEGIN:
        raise PatternError(f"{where}: within_previous has no event before it to count from")
    if group.times is not None and group.times != Times():
        raise PatternError(f"{where}: within_previous is for a single event, not a repetition")


def _check_step(step: Stage | Group, where: str) -> None:
    if step.contiguity.negative:
        check_absence(step, where)
    times = step.times
    if times is not None and (times.min < 1 or (times.max is not None and times.max < times.min)):
        raise PatternError(
            f"{where}: times {times.min} to {times.max}: expected 1 <= least <= most; "
            "use optional for none"
        )
    repeats = times is not None and times != Times()
    if step.greedy and isinstance(step, Group):
        raise PatternError(
            f"{where}: greedy cannot be applied to {step.kind.article}; make its stages greedy"
        )
    if step.greedy and not repeats:
        raise PatternError(f"{where}: greedy needs a repetition (times, one_or_more)")
    if step.greedy and step.inner is Inner.COMBINATIONS:
        raise PatternError(f"{where}: greedy and allow_combinations exclude each other")
    ordered = not (isinstance(step, Group) and step.kind is Kind.ALL_OF)
    if step.inner is not Inner.RELAXED and not repeats and ordered:
        word = "consecutive" if step.inner is Inner.CONSECUTIVE else "allow_combinations"
        raise PatternError(f"{where}: {word} needs a repetition (times, one_or_more)")
    if step.until is not None and (times is None or times.max is not None):
        raise PatternError(
            f"{where}: until ends a loop without a most; use it with one_or_more or times_or_more"
        )
    if times is not None and times.window_ms is not None:
        if times.max == 1:
            raise PatternError(f"{where}: a time limit of repetitions needs more than one of them")
        if isinstance(step, Group):
            raise PatternError(
                f"{where}: {step.kind.article} has no time limit; give it to a stage inside"
            )
    loops = times is not None and times.max is None
    if loops and isinstance(step, Group) and _holds_nothing(step):
        raise PatternError(
            f"{where}: every stage of the loop may be left out, so it might never end; "
            "make one of them not optional"
        )


def _can_be_empty(step: Stage | Group) -> bool:
    if step.optional or step.contiguity.negative:
        return True
    return isinstance(step, Group) and _holds_nothing(step)


def _holds_nothing(group: Group) -> bool:
    """Whether one occurrence of the group may take no event."""
    return group.kind is Kind.GROUP and all(_can_be_empty(each) for each in group.stages)


def _check_pair(before: Stage | Group, step: Stage | Group, where: str) -> None:
    if before.greedy and step.optional:
        raise PatternError(
            f"{where}: an optional stage cannot follow the greedy {label(before)}; "
            "write two rules, with and without it"
        )


def _check_size(pattern: PatternDefinition, place: str) -> None:
    found = _occurrences(pattern.stages)
    if found > MAX_OCCURRENCES:
        raise PatternError(
            f"{place}: the repetitions of all stages and groups come to {found} events; "
            f"{MAX_OCCURRENCES} is most; repeat less, or use times_or_more"
        )


def _occurrences(steps: tuple[Stage | Group, ...]) -> int:
    """Events of the longest match, a loop without a most counted at its least."""
    total = 0
    for step in steps:
        times = step.times or Times()
        inside = _occurrences(step.stages) if isinstance(step, Group) else 1
        if isinstance(step, Group) and step.kind is Kind.ALL_OF:
            inside = 2**inside
        total += inside * (times.min if times.max is None else times.max)
    return total


def _check_limits(pattern: PatternDefinition, place: str) -> None:
    within = pattern.within_ms
    if within is not None and within < 1:
        raise PatternError(f"{place}: within must be at least 1ms")
    for position, stage in enumerate(walk(pattern.stages)):
        where = f"{place}, stage {stage.name}"
        repetition = stage.times.window_ms if stage.times else None
        limits = {"within_previous": stage.within_previous_ms, "times within": repetition}
        for option, limit in limits.items():
            if limit is not None and limit < 1:
                raise PatternError(f"{where}: {option} must be at least 1ms")
            if limit is not None and within is not None and limit > within:
                raise PatternError(
                    f"{where}: {option} {format_duration(limit)} is longer than the pattern's "
                    f"within {format_duration(within)}"
                )
        if stage.within_previous_ms is None:
            continue
        if position == 0 or stage.contiguity is Contiguity.BEGIN:
            raise PatternError(f"{where}: within_previous has no event before it to count from")
        if stage.times is not None and stage.times != Times():
            raise PatternError(
                f"{where}: within_previous is for a single event; give the repetition a limit: "
                "times: {min: ..., within: ...}"
            )


def _check_skip(pattern: PatternDefinition, place: str) -> None:
    skip = pattern.skip
    if skip.type not in SKIP_TYPES:
        raise PatternError(f"{place}: after_match {skip.type}: expected {', '.join(SKIP_TYPES)}")
    needs = skip.type in ("skip_to_first", "skip_to_last")
    if needs != (skip.stage is not None):
        verb = "names a stage" if needs else "names no stage"
        raise PatternError(f"{place}: after_match {skip.type} {verb}")
    names = [stage.name for stage in walk(pattern.stages) if not stage.contiguity.negative]
    if needs and skip.stage not in names:
        raise PatternError(
            f"{place}: after_match {skip.type} {skip.stage}: no such stage to skip to; "
            f"expected {', '.join(names)}"
        )
