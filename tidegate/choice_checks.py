"""Choices (`any_of`) and stages in any order (`all_of`) that have no meaning are refused."""

from __future__ import annotations

from tidegate.errors import PatternError
from tidegate.stages import Group, Inner, Kind, Stage, label

MAX_ALL_OF = 8
"""Stages of an `all_of`; each set of them that is left is a state of the automaton."""


def check_choice(group: Group, where: str) -> None:
    """Refuse a choice that has no meaning.

    Args:
        group: an `any_of` or an `all_of`; groups are let through.
        where: file, rule and choice, for errors.

    Raises:
        PatternError: naming the stage and the reason.
    """
    if group.kind is Kind.ANY_OF:
        _check_any_of(group, where)
    elif group.kind is Kind.ALL_OF:
        _check_all_of(group, where)


def _check_any_of(group: Group, where: str) -> None:
    if len(group.stages) < 2:
        raise PatternError(
            f"{where}: any_of needs at least two alternatives, found {len(group.stages)}; "
            "use a stage or a group"
        )
    for number, sequence in enumerate(group.sequences, start=1):
        if not sequence:
            raise PatternError(f"{where}: alternative {number} has no stages")
        first = sequence[0]
        problem = ""
        if first.contiguity.negative:
            problem = f"begins with the absence {label(first)}"
        elif _begins_optional(first):
            problem = f"begins with {label(first)}, which may be left out"
        if problem:
            raise PatternError(
                f"{where}: the first event decides which alternative is taken, but alternative "
                f"{number} {problem}"
            )


def _begins_optional(step: Stage | Group) -> bool:
    if step.optional or isinstance(step, Stage):
        return step.optional
    return any(_begins_optional(sequence[0]) for sequence in step.sequences if sequence)


def _check_all_of(group: Group, where: str) -> None:
    if group.times is not None or group.until is not None:
        raise PatternError(
            f"{where}: all_of cannot be repeated; put it into a group and repeat that"
        )
    if not 2 <= len(group.stages) <= MAX_ALL_OF:
        raise PatternError(
            f"{where}: all_of takes 2 to {MAX_ALL_OF} stages, found {len(group.stages)}"
        )
    for stage in group.stages:
        if isinstance(stage, Group):
            raise PatternError(f"{where}: all_of takes plain stages, found {label(stage)}")
        if stage.contiguity.negative:
            raise PatternError(f"{where}: {label(stage)}: a stage of all_of is no absence")
        if stage.times is not None or stage.optional or stage.inner is not Inner.RELAXED:
            raise PatternError(
                f"{where}: {label(stage)}: a stage of all_of occurs once; it has no quantifier "
                "and is not optional"
            )
