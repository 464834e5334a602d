"""Short texts for pictures: how a stage follows, how often it occurs, what it takes."""

from __future__ import annotations

import re

from tidegate.durations import format_duration
from tidegate.explain.words import count
from tidegate.rules import Rule
from tidegate.stages import Contiguity, Group, Inner, Kind, Stage, Times
from tidegate.syntax import one_line

_ARROWS = {
    Contiguity.BEGIN: "",
    Contiguity.NEXT: "next, directly after",
    Contiguity.FOLLOWED_BY: "followed by",
    Contiguity.FOLLOWED_BY_ANY: "followed by any",
}
_INNER = {
    Inner.RELAXED: "",
    Inner.CONSECUTIVE: "consecutive",
    Inner.COMBINATIONS: "all combinations",
}


def arrow(step: Stage | Group) -> str:
    """What stands at the arrow that leads to a step."""
    parts = [_ARROWS.get(step.contiguity, "")]
    if step.within_previous_ms and not step.contiguity.negative:
        parts.append(f"within {format_duration(step.within_previous_ms)}")
    return ", ".join(filter(None, parts))


def repetition(step: Stage | Group) -> list[str]:
    """What stands at the loop of a step, a line each; nothing where it occurs once."""
    if step.times is None or step.times == Times():
        return []
    lines = [count(step.times), _INNER[step.inner]]
    if step.greedy:
        lines.append("greedy")
    if step.times.window_ms is not None:
        lines.append(f"gaps under {format_duration(step.times.window_ms)}")
    if step.until is not None:
        lines += wrapped(f"until {one_line(step.until)}", 24)
    return [line for line in lines if line]


def heading(group: Group) -> str:
    """What stands over several stages as one."""
    match group.kind:
        case Kind.ANY_OF:
            return "any of"
        case Kind.ALL_OF:
            return ", ".join(filter(None, ["all of, in any order", _INNER[group.inner]]))
    return "group"


def title(stage: Stage) -> str:
    """The stage's name, with `no` before one that must not occur."""
    return f"no {stage.name}" if stage.contiguity.negative else stage.name


def condition(stage: Stage, rule: Rule, width: int) -> list[str]:
    """The stage's streams where the rule has several, and its condition, in lines."""
    lines = []
    if len(rule.streams) > 1:
        lines.append(f"on {', '.join(stage.on or rule.streams)}")
    if stage.where is None:
        return [*lines, "any event"]
    return [*lines, *wrapped(one_line(stage.where), width)]


def absence(stage: Stage, rule: Rule) -> str:
    """How long a stage must not occur."""
    if stage.contiguity is Contiguity.NOT_NEXT:
        return "not as the next event"
    if stage.contiguity is Contiguity.ABSENT_FOR:
        return f"for {format_duration(stage.absent_ms or 0)}"
    if stage is not rule.definition.stages[-1]:
        return "until the next stage"
    if stage.within_previous_ms is not None:
        return f"for {format_duration(stage.within_previous_ms)} after the event before"
    return f"until {format_duration(rule.definition.within_ms or 0)} after the first event"


def passing(rule: Rule) -> str:
    """What stands at the arrow to the match: whether only time has to pass."""
    last = rule.definition.stages[-1].contiguity
    waits = last in (Contiguity.NOT_FOLLOWED_BY, Contiguity.ABSENT_FOR)
    return "when that time has passed" if waits else ""


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most so many characters where words allow, broken before `and` and `or`."""
    lines: list[str] = []
    for clause in re.split(r"\s+(?=(?:and|or)\s)", re.sub(r"\s+", " ", text)):
        if lines and len(lines[-1]) + 1 + len(clause) <= width:
            lines[-1] += f" {clause}"
            continue
        line = ""
        for word in clause.split(" "):
            if line and len(line) + 1 + len(word) > width:
                lines.append(line)
                line = f"  {word}"
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return lines
