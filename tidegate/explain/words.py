"""A rule in words: a sentence a stage, time, after-match strategy, what the alert says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tidegate.durations import format_duration
from tidegate.explain.pitfalls import pitfalls
from tidegate.limits import Limits
from tidegate.rules import Rule
from tidegate.stages import Contiguity, Group, Inner, Kind, Skip, Stage, Times, walk
from tidegate.syntax import one_line

_HOW = {
    Contiguity.BEGIN: "",
    Contiguity.NEXT: "directly after that, with no other event in between, ",
    Contiguity.FOLLOWED_BY: "after that, others in between passed over, ",
    Contiguity.FOLLOWED_BY_ANY: "after that, others in between passed over, fitting ones too, ",
}
_BETWEEN = {
    Inner.RELAXED: "others in between passed over",
    Inner.CONSECUTIVE: "one directly after the other",
    Inner.COMBINATIONS: "in every combination of those that fit",
}
_SKIP = {
    "no_skip": "every match is reported, also those that share events",
    "skip_to_next": "partial matches that began with the match's first event are dropped",
    "skip_past_last_event": (
        "partial matches that began at or before the match's last event are dropped, "
        "so matches share no event"
    ),
    "skip_to_first": "partial matches that began before the first event of {stage} are dropped",
    "skip_to_last": "partial matches that began before the last event of {stage} are dropped",
}
_POLICY = {
    "drop_oldest": "what began first is dropped and counted",
    "drop_newest": "what began last is dropped and counted",
    "quarantine": "what began last is dropped and the rule is taken out",
}


def explain(rule: Rule) -> str:
    """What a rule matches, in words."""
    head = f"{rule.id}, version {rule.version}"
    lines = [head, "=" * len(head), _reads(rule), ""]
    lines += _steps(rule.definition.stages, rule, "", 0)
    lines += ["", _time(rule), f"After a match: {_skip(rule.definition.skip)}.", *_alert(rule)]
    found = pitfalls(rule)
    if found:
        lines += ["", "Look at:", *(f"- {each}" for each in found)]
    return "\n".join(lines)


def _reads(rule: Rule) -> str:
    streams = _joined(rule.streams, "and")
    keys = set(rule.keys.values())
    if not keys:
        key = "by the streams' own key"
    elif len(keys) == 1:
        key = f"by {_joined(next(iter(keys)), 'and')}"
    else:
        each = [f"{_joined(fields, 'and')} of {stream}" for stream, fields in rule.keys.items()]
        key = f"by {_joined(each, 'and')}"
    return f"Reads {streams}, {key}; each key is watched on its own."


def _steps(steps: Sequence[Stage | Group], rule: Rule, number: str, depth: int) -> Iterator[str]:
    indent = "   " * depth
    for index, step in enumerate(steps, start=1):
        last = step is rule.definition.stages[-1]
        following = steps[index] if index < len(steps) else None
        yield f"{indent}{number}{index}. {_sentence(step, rule, last, following)}"
        if isinstance(step, Group) and step.kind is Kind.GROUP:
            yield from _steps(step.stages, rule, f"{number}{index}.", depth + 1)
        elif isinstance(step, Group):
            yield from _choices(step, rule, f"{number}{index}", depth + 1)


def _choices(group: Group, rule: Rule, number: str, depth: int) -> Iterator[str]:
    """The alternatives, or the stages of any order, each with a letter: 2a, 2b."""
    indent = "   " * depth
    for position, sequence in enumerate(group.sequences):
        letter = f"{number}{chr(ord('a') + position % 26)}"
        if len(sequence) == 1 and isinstance(sequence[0], Stage):
            yield f"{indent}{letter}. {_sentence(sequence[0], rule, False, None)}"
            continue
        yield f"{indent}{letter}. In this order:"
        yield from _steps(sequence, rule, f"{letter}.", depth + 1)


def _sentence(step: Stage | Group, rule: Rule, last: bool, following: Stage | Group | None) -> str:
    if step.contiguity.negative:
        assert isinstance(step, Stage)
        return _absence(step, rule, last, following)
    parts = [_HOW[step.contiguity]]
    if isinstance(step, Group):
        parts.append(f"{_several(step)}{_times(step)}")
    else:
        parts.append(f"{step.name}: {_events(step, rule)}")
    if step.until is not None:
        parts.append(f"; it ends before an event where {one_line(step.until)}")
    if step.within_previous_ms is not None:
        limit = format_duration(step.within_previous_ms)
        parts.append(f"; less than {limit} after the event before")
    if step.optional:
        parts.append("; it may be left out")
    text = "".join(parts)
    return (
        f"{text[:1].upper()}{text[1:]}." if step.contiguity is not Contiguity.BEGIN else text + "."
    )


def _several(group: Group) -> str:
    names = [stage.name for stage in walk(group.stages)]
    match group.kind:
        case Kind.ANY_OF:
            return "one of these, whichever fits first"
        case Kind.ALL_OF:
            return f"each of these once, in any order, {_BETWEEN[group.inner]}"
    return f"the group of {_joined(names, 'and')}"


def _absence(stage: Stage, rule: Rule, last: bool, following: Stage | Group | None) -> str:
    what = f"{stage.name} ({_one(stage, rule)})"
    if stage.contiguity is Contiguity.NOT_NEXT:
        return f"The next event is not {what}."
    if stage.contiguity is Contiguity.ABSENT_FOR:
        then = "the match is complete" if last else "the pattern goes on"
        return (
            f"For {format_duration(stage.absent_ms or 0)} after the event before, no {what}; "
            f"{then} when that time has passed."
        )
    if last:
        limit = stage.within_previous_ms
        until = (
            f"for {format_duration(limit)} after the event before"
            if limit is not None
            else f"until {format_duration(rule.definition.within_ms or 0)} after the first event"
        )
        return f"No {what} {until}; the match is complete when that time has passed."
    if isinstance(following, Stage):
        return f"No {what} until {following.name}."
    return f"No {what} until what follows."


def _one(stage: Stage, rule: Rule) -> str:
    streams = _joined(stage.on or rule.streams, "or")
    if stage.where is None:
        return f"any event of {streams}"
    return f"an event of {streams} where {one_line(stage.where)}"


def _events(stage: Stage, rule: Rule) -> str:
    times = _times(stage)
    one = _one(stage, rule)
    return f"{one}{times}" if times else one


def _times(step: Stage | Group) -> str:
    """How often; nothing where it is once. How the stages of an all_of follow is said before."""
    times = step.times
    if times is None or times == Times():
        return ""
    parts = [f", {count(times)}, {_BETWEEN[step.inner]}"]
    if times.window_ms is not None:
        limit = format_duration(times.window_ms)
        which = f"each of the first {times.min}" if times.max is None else "each but the last"
        parts.append(f", {which} less than {limit} after the event before it")
    if step.greedy:
        parts.append(", as many as it can take")
    return "".join(parts)


def count(times: Times) -> str:
    """How often, in words: `3 times`, `2 to 5 times`, `once or more`."""
    if times.max is None:
        return "once or more" if times.min == 1 else f"{times.min} times or more"
    if times.min == times.max:
        return "once" if times.min == 1 else f"{times.min} times"
    return f"{times.min} to {times.max} times"


def _time(rule: Rule) -> str:
    within = rule.definition.within_ms
    if within is None:
        return "Time: no limit for the whole."
    recorded = "recorded" if rule.timeouts else "not recorded"
    return (
        f"Time: less than {format_duration(within)} from the first event to the last; "
        f"what is not complete by then is dropped, {recorded} as a timeout."
    )


def _skip(skip: Skip) -> str:
    return f"{skip.type}: {_SKIP[skip.type].format(stage=skip.stage)}"


def _alert(rule: Rule) -> Iterator[str]:
    if rule.shadow:
        yield f"Alert: none, as the rule is in shadow; matches are recorded as {rule.severity}."
    else:
        yield f"Alert: severity {rule.severity}."
    if rule.summary:
        yield f'It says: "{one_line(rule.summary)}"'
    for name, text in rule.measure_texts.items():
        yield f"It measures {name} = {one_line(text)}"
    if rule.cool_down_ms:
        limit = format_duration(rule.cool_down_ms)
        yield f"Cool-down: a match that ends less than {limit} after one reported is only counted."
    if rule.limits != Limits():
        yield (
            f"Limits for a key: {rule.limits.open} open partial matches, "
            f"{rule.limits.matches_per_event} matches of one event; "
            f"beyond them {_POLICY[rule.limits.policy]}."
        )
    for name, parameter in rule.rule_parameters.items():
        keys = ", ".join(f"{value!r} for key {key}" for key, value in parameter.by_key.items())
        yield f"Parameter ${name} is {parameter.default!r}{f', {keys}' if keys else ''}."


def _joined(names: Sequence[str], word: str) -> str:
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
