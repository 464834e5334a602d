"""What a rule's author should look at: legal, but often not what was meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tidegate.rules import Rule
from tidegate.stages import Contiguity, Group, Inner, Kind, Stage, Times, walk
from tidegate.syntax import parse_syntax


def pitfalls(rule: Rule) -> list[str]:
    """One sentence for each."""
    return [
        *_without_limit(rule),
        *_every_event_begins(rule),
        *_many_matches(rule),
        *_greedy_at_the_end(rule),
        *_own_events_at_first(rule),
        *_optional_events(rule),
        *_other_choices(rule),
        *_strict_over_streams(rule),
        *_time_has_to_pass(rule),
    ]


def _without_limit(rule: Rule) -> Iterator[str]:
    if rule.definition.within_ms is not None or _longest(rule) == 1:
        return
    waiting = [
        stage.name
        for stage in list(walk(rule.definition.stages))[1:]
        if stage.within_previous_ms is None and not stage.contiguity.negative
    ]
    loops = [
        stage.name
        for stage in walk(rule.definition.stages)
        if _repeats(stage) and (stage.times is None or stage.times.window_ms is None)
    ]
    names = list(dict.fromkeys([*loops, *waiting]))
    if names:
        yield (
            f"no `within`: a partial match waits for {names[0]} for ever, and the state of its key "
            "grows with every event that begins one; add `within`"
        )


def _every_event_begins(rule: Rule) -> Iterator[str]:
    first = next(walk(rule.definition.stages))
    if first.where is None and _longest(rule) != 1:
        yield f"the first stage {first.name} has no condition: every event begins a partial match"
        if rule.timeouts:
            yield "and `timeouts: true` records each of them that is not completed"


def _many_matches(rule: Rule) -> Iterator[str]:
    steps = list(_all(rule))
    loops = [step for step in steps if step.times is not None and step.times.max is None]
    for step in steps:
        if step.inner is Inner.COMBINATIONS and step in loops:
            yield (
                f"allow_combinations on {_name(step)} without a most: n events that fit give up to "
                "2^n matches; state a most or drop it"
            )
    any_order = [step for step in steps if step.contiguity is Contiguity.FOLLOWED_BY_ANY]
    if any_order and loops:
        yield (
            f"followed_by_any before {_name(any_order[0])} together with the loop "
            f"{_name(loops[0])}: every event that fits multiplies the matches"
        )
    elif len(any_order) > 1:
        yield (
            f"followed_by_any {len(any_order)} times: the matches multiply with the events "
            "that fit; followed_by takes the first"
        )
    ranges = [step for step in steps if _repeats(step) and _open_ended(step)]
    if ranges and rule.definition.skip.type == "no_skip":
        yield (
            f"after_match no_skip with the repetition {_name(ranges[0])}: every start and every "
            "length of it is a match of its own; skip_past_last_event reports one"
        )


def _greedy_at_the_end(rule: Rule) -> Iterator[str]:
    last = rule.definition.stages[-1]
    if last.greedy:
        yield (
            f"greedy on the last stage {_name(last)} has no effect: it decides between a stage and "
            "the next one, and every length is a match"
        )


def _own_events_at_first(rule: Rule) -> Iterator[str]:
    for stage in walk(rule.definition.stages):
        if stage.where is not None and stage.name in _unguarded(stage.where, rule.place):
            yield (
                f"the condition of {stage.name} reads its own events, and before the first it has "
                f"none: that is null, and null is not true; write coalesce({stage.name}..., ...)"
            )


def _optional_events(rule: Rule) -> Iterator[str]:
    optional: set[str] = set()
    for step in _all(rule):
        if step.optional:
            inside = walk((step,))
            optional |= {stage.name for stage in inside}
    for stage in walk(rule.definition.stages):
        read = _unguarded(stage.where, rule.place) if stage.where is not None else set()
        for name in sorted((read & optional) - {stage.name}):
            yield (
                f"the condition of {stage.name} reads {name}, which may be left out: it is null "
                "then, and null is not true; write coalesce"
            )


def _other_choices(rule: Rule) -> Iterator[str]:
    """Reads of a stage of an any_of or all_of that may not have been taken."""
    for group in _all(rule):
        if not isinstance(group, Group) or group.kind is Kind.GROUP:
            continue
        for sequence in group.sequences:
            own = {stage.name for stage in walk(sequence)}
            inside = {stage.name for stage in walk(group.stages)}
            for stage in walk(rule.definition.stages):
                if stage.where is None or stage.name in own:
                    continue
                if group.kind is Kind.ALL_OF and stage.name not in inside:
                    continue
                for name in sorted(_unguarded(stage.where, rule.place) & own):
                    yield (
                        f"the condition of {stage.name} reads {name} of an {group.kind.value}, "
                        "which may not have been taken: it is null then, and null is not true; "
                        "write coalesce"
                    )


def _strict_over_streams(rule: Rule) -> Iterator[str]:
    if len(rule.streams) == 1:
        return
    for step in _all(rule):
        strict = step.contiguity in (Contiguity.NEXT, Contiguity.NOT_NEXT)
        if strict or step.inner is Inner.CONSECUTIVE:
            yield (
                f"{_name(step)} is strict, and an event of any of {', '.join(rule.streams)} with "
                "the same key counts as the next one"
            )


def _time_has_to_pass(rule: Rule) -> Iterator[str]:
    steps = rule.definition.stages
    waits = [step for step in _all(rule) if step.contiguity is Contiguity.ABSENT_FOR]
    if waits or steps[-1].contiguity is Contiguity.NOT_FOLLOWED_BY:
        yield (
            f"{_name(waits[0] if waits else steps[-1])} is decided when event time has passed its "
            "limit: on a quiet stream only other events, or the end of idleness, let it pass"
        )


def _all(rule: Rule) -> Iterator[Stage | Group]:
    def every(steps: tuple[Stage | Group, ...]) -> Iterator[Stage | Group]:
        for step in steps:
            yield step
            if isinstance(step, Group):
                yield from every(step.stages)

    return every(rule.definition.stages)


def _repeats(step: Stage | Group) -> bool:
    return step.times is not None and step.times != Times()


def _open_ended(step: Stage | Group) -> bool:
    return step.times is not None and step.times.min != step.times.max


def _longest(rule: Rule) -> int:
    """1 when one event is a whole match."""
    steps = rule.definition.stages
    return 1 if len(steps) == 1 and isinstance(steps[0], Stage) and not _repeats(steps[0]) else 2


def _name(step: Stage | Group) -> str:
    if isinstance(step, Stage):
        return step.name
    return f"the {step.kind.value} of {', '.join(stage.name for stage in walk(step.stages))}"


def _unguarded(text: str, place: str) -> set[str]:
    """Stages of which a field is read where null decides: outside of coalesce and `is None`."""
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        match node:
            case ast.Call(func=ast.Name(id="coalesce")):
                return
            case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
                return
            case ast.BoolOp(op=ast.Or()):
                return
            case ast.Attribute(
                value=ast.Attribute(value=ast.Name(id=name))
                | ast.Subscript(value=ast.Name(id=name))
            ):
                found.add(name)
                return
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(parse_syntax(text, place))
    return found
