"""Compiles a pattern to the plan's JSON, its conditions typed against the streams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tidegate.expression import to_json
from tidegate.parser import parse_expression
from tidegate.scope import Scope
from tidegate.stages import (
    Contiguity,
    Group,
    Kind,
    PatternDefinition,
    Stage,
    Times,
    label,
    walk,
)
from tidegate.streams import FieldType, Stream


class PatternCompiler:
    """Compiles the parts of one rule.

    Args:
        pattern: a pattern that `check_pattern` has let through.
        streams: streams of each stage by stage name.
        parameters: types of the rule's parameters.
        place: file and rule, for errors.
    """

    def __init__(
        self,
        pattern: PatternDefinition,
        streams: Mapping[str, tuple[Stream, ...]],
        parameters: Mapping[str, FieldType],
        place: str,
    ) -> None:
        self._pattern = pattern
        self._streams = streams
        self._parameters = parameters
        self._place = place
        self._order = [stage.name for stage in walk(pattern.stages)]
        self._negative = {s.name for s in walk(pattern.stages) if s.contiguity.negative}

    def pattern(self) -> dict[str, Any]:
        """The plan's `pattern`."""
        skip = self._pattern.skip
        return {
            "stages": [self._step(step, ()) for step in self._pattern.stages],
            "within_ms": self._pattern.within_ms,
            "skip": {"type": skip.type, "stage": skip.stage, "throw_on_miss": False},
        }

    def match_scope(self, option: str) -> Scope:
        """Scope of a measure or the summary: the whole match, no current event."""
        taken = [name for name in self._order if name not in self._negative]
        return Scope(
            f"{self._place}, {option}",
            stages={name: self._streams[name] for name in taken},
            unreachable=self._never(),
            parameters=self._parameters,
            match_times=True,
        )

    def _never(self) -> dict[str, str]:
        return dict.fromkeys(self._negative, "it must not occur, so it takes no event")

    def _scope(self, step: Stage | Group, groups: tuple[Group, ...], option: str) -> Scope:
        """Scope of a condition: the current event and what can be taken before it."""
        inside = [step] if isinstance(step, Stage) else list(walk(step.stages))
        current = {s.name: s for stage in inside for s in self._streams[stage.name]}
        position = self._order.index(inside[-1].name)
        other = _other_alternatives(inside[-1].name, groups)
        reachable = {*self._order[: position + 1]} - other.keys()
        reachable |= _taken_before(groups)
        reachable -= self._negative
        later = dict.fromkeys(
            (name for name in self._order if name not in reachable), "it comes after this stage"
        )
        later |= {name: reason for name, reason in other.items() if name not in reachable}
        return Scope(
            f"{self._place}, {label(step)}, {option}",
            current=tuple(current.values()),
            stages={name: self._streams[name] for name in self._order if name in reachable},
            unreachable=later | self._never(),
            parameters=self._parameters,
        )

    def _condition(
        self, text: str | None, step: Stage | Group, groups: tuple[Group, ...], option: str
    ) -> dict[str, Any] | None:
        if text is None:
            return None
        scope = self._scope(step, groups, option)
        return to_json(parse_expression(text, scope, FieldType.BOOLEAN))

    def _step(self, step: Stage | Group, groups: tuple[Group, ...]) -> dict[str, Any]:
        quantifier = {
            "times": _times(step.times),
            "inner": step.inner.value,
            "greedy": step.greedy,
            "optional": step.optional,
        }
        if isinstance(step, Group):
            return self._group(step, groups) | quantifier
        stage = {
            "name": step.name,
            "streams": [stream.name for stream in self._streams[step.name]],
            "contiguity": step.contiguity.value,
            "condition": self._condition(step.where, step, groups, "where"),
            "until": self._condition(step.until, step, groups, "until"),
            **quantifier,
            "within_previous_ms": step.within_previous_ms,
        }
        if step.contiguity is Contiguity.ABSENT_FOR:
            stage["absent_ms"] = step.absent_ms
        return stage

    def _group(self, group: Group, groups: tuple[Group, ...]) -> dict[str, Any]:
        around = (*groups, group)
        sequences = [
            [self._step(step, around) for step in sequence] for sequence in group.sequences
        ]
        compiled: dict[str, Any] = {
            "name": None,
            "contiguity": group.contiguity.value,
            "until": self._condition(group.until, group, (), "until"),
        }
        match group.kind:
            case Kind.GROUP:
                return compiled | {"group": sequences[0]}
            case Kind.ALL_OF:
                return compiled | {"all_of": [stage for (stage,) in sequences]}
            case Kind.ANY_OF:
                limit = {"within_previous_ms": group.within_previous_ms}
                return compiled | {"any_of": sequences} | limit


def _taken_before(groups: tuple[Group, ...]) -> set[str]:
    """Stages behind a stage in the text, or beside it, that may yet have been taken before it."""
    return {
        stage.name
        for group in groups
        # In a group that repeats, the time before; of an all_of, in another order.
        if group.kind is Kind.ALL_OF or _repeats(group)
        for stage in walk(group.stages)
    }


def _other_alternatives(name: str, groups: tuple[Group, ...]) -> dict[str, str]:
    """Stages of the alternatives that are not taken where this one is."""
    others: dict[str, str] = {}
    for group in groups:
        if group.kind is Kind.ANY_OF:
            for alternative in group.stages:
                names = [stage.name for stage in walk((alternative,))]
                if name not in names:
                    others |= dict.fromkeys(names, "it belongs to another alternative")
    return others


def _repeats(group: Group) -> bool:
    return group.times is not None and group.times.max != 1


def _times(times: Times | None) -> dict[str, int | None]:
    times = times or Times()
    return {"min": times.min, "max": times.max, "window_ms": times.window_ms}
