"""Absences that have no meaning are refused."""

from __future__ import annotations

from tidegate.durations import format_duration
from tidegate.errors import PatternError
from tidegate.stages import Contiguity, Group, Inner, PatternDefinition, Stage, label, walk


def check_absence(step: Stage | Group, where: str) -> None:
    """Refuse options of an absence that it cannot have.

    Raises:
        PatternError: naming the stage and the option.
    """
    word = step.contiguity.value
    if isinstance(step, Group):
        raise PatternError(f"{where}: {word} takes one stage, not {step.kind.article}")
    for found, name in (
        (step.times is not None, "times"),
        (step.optional, "optional"),
        (step.greedy, "greedy"),
        (step.until is not None, "until"),
        (step.inner is not Inner.RELAXED, "consecutive or allow_combinations"),
    ):
        if found:
            raise PatternError(f"{where}: {name} cannot be applied to {word}; it occurs never")
    if step.contiguity is Contiguity.ABSENT_FOR:
        if step.within_previous_ms is not None:
            raise PatternError(f"{where}: absent_for has its duration; drop within_previous")
        if step.absent_ms is None or step.absent_ms < 1:
            raise PatternError(f"{where}: absent_for must be at least 1ms")


def check_before_absence(steps: tuple[Stage | Group, ...], index: int, where: str) -> None:
    """Refuse an absence after steps that it cannot follow.

    Args:
        steps: the sequence.
        index: place of the absence in it, at least 1.
        where: file, rule and stage, for errors.

    Raises:
        PatternError: naming both and what to write instead.
    """
    step, before = steps[index], steps[index - 1]
    if step.contiguity is not Contiguity.ABSENT_FOR:
        if before.optional:
            raise PatternError(
                f"{where}: {step.contiguity.value} cannot follow the optional {label(before)}; "
                "write two rules, with and without it"
            )
        return
    if before.contiguity is Contiguity.NOT_NEXT:
        raise PatternError(
            f"{where}: absent_for cannot follow not_next, which only the next event decides; "
            "swap them"
        )
    if before.contiguity is Contiguity.NOT_FOLLOWED_BY:
        raise PatternError(
            f"{where}: absent_for cannot follow not_followed_by; write one absent_for with both "
            "conditions"
        )
    for earlier in reversed(steps[:index]):
        if _ends_with_limit(earlier):
            raise PatternError(
                f"{where}: {label(earlier)} may be left out, or go on, and has a time limit of its "
                "own; an absence cannot run beside that"
            )
        if not earlier.optional:
            break


def _ends_with_limit(step: Stage | Group) -> bool:
    """Whether the step may be left while a limit of its own runs."""
    goes_on = step.optional or (step.times is not None and step.times.min != step.times.max)
    window = step.times.window_ms if step.times else None
    if goes_on and (step.within_previous_ms is not None or window is not None):
        return True
    return isinstance(step, Group) and any(
        _ends_with_limit(sequence[-1]) for sequence in step.sequences if sequence
    )


def check_absences_count(steps: tuple[Stage | Group, ...], taken: bool, place: str) -> bool:
    """Refuse an absence that no event precedes; says whether the steps surely take one."""
    for step in steps:
        if step.contiguity.negative and not taken:
            raise PatternError(
                f"{place}, {label(step)}: every stage before it may be left out, and an absence "
                "needs an event to count from; make one of them not optional"
            )
        inside = not step.contiguity.negative
        if isinstance(step, Group):
            inside = all(check_absences_count(each, taken, place) for each in step.sequences)
        taken = taken or (inside and not step.optional)
    return taken


def check_absences_end(pattern: PatternDefinition, place: str) -> None:
    """Refuse absences that nothing ends in time.

    Raises:
        PatternError: naming the stage and the limit that is missing or too short.
    """
    last = pattern.stages[-1]
    within = pattern.within_ms
    for stage in walk(pattern.stages):
        where, limit = f"{place}, stage {stage.name}", stage.within_previous_ms
        if stage.absent_ms is not None and within is not None and stage.absent_ms > within:
            raise PatternError(
                f"{where}: an absence of {format_duration(stage.absent_ms)} cannot end within the "
                f"pattern's {format_duration(within)}"
            )
        if stage.contiguity is not Contiguity.NOT_FOLLOWED_BY:
            continue
        if stage is last and limit is None and within is None:
            raise PatternError(
                f"{where}: not_followed_by at the end needs a time limit; add within to the pattern"
            )
        if stage is not last and limit is not None:
            raise PatternError(f"{where}: within_previous on not_followed_by is for the last stage")
