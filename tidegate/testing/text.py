"""A result in words, for the command line and for failed assertions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from tidegate.testing.results import Event, Match, NearMiss, Result, Timeout


def describe(result: Result, rule: str | None = None, most: int = 10) -> str:
    """Matches, timeouts, near misses, late events and dead letters, then one line of counts.

    Args:
        result: what a run has found.
        rule: the rule to speak of; None for all.
        most: of matches, timeouts, late events and dead letters each.
    """
    wanted = [each for each in result.rules if rule in (None, each)]
    matches = [match for match in result.matches if match.rule in wanted]
    timeouts = [timeout for timeout in result.timeouts if timeout.rule in wanted]
    lines: list[str] = []
    for name, found in (("match", matches), ("timeout", timeouts)):
        lines += [line for one in found[:most] for line in _match(name, one, result)]
        lines += _more(name, len(found) - most)
    for miss in result.near_misses:
        if miss.rule in wanted:
            lines += _near_miss(miss, result)
    for late in result.late[:most]:
        lines.append(f"late       {_event(late.event)}: {late.behind} behind {time(late.greatest)}")
    lines += _more("late", len(result.late) - most)
    for dead in result.dead_letters[:most]:
        lines.append(f"dead       row {dead.number}: {dead.reason}: {dead.detail}")
    lines += _more("dead", len(result.dead_letters) - most)
    for each in wanted:
        if cooled := result.cooled_down.get(each):
            held = counted(cooled, "match", "matches")
            lines.append(f"cooled     {each}: {held} not reported so soon after another")
        for what, count in result.dropped.get(each, {}).items():
            noun = what.replace("_", " ")
            lines.append(f"dropped    {each}: {count} {noun} beyond its limits")
        if still := result.still_open.get(each):
            partial = counted(still, "partial match", "partial matches")
            lines.append(f"open       {each}: {partial} at the end")
    return "\n".join([*lines, summary(result)])


def summary(result: Result) -> str:
    """Counts on one line, by rule where there are several."""
    by_rule = ""
    if len(result.rules) > 1:
        by_rule = ", ".join(f"{rule} {len(result.of(rule))}" for rule in result.rules)
        by_rule = f" ({by_rule})"
    counts = [
        counted(len(result.matches), "match", "matches") + by_rule,
        counted(len(result.timeouts), "timeout"),
        f"{len(result.late)} late",
        counted(len(result.dead_letters), "dead letter"),
    ]
    if result.duplicates:
        counts.append(counted(len(result.duplicates), "duplicate"))
    return f"{counted(result.events, 'event')}: {', '.join(counts)}"


def counted(number: int, one: str, several: str = "") -> str:
    """A number with its noun: `1 event`, `2 events`."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def time(at: datetime) -> str:
    """An event time in UTC; milliseconds only where there are some."""
    shown = at.strftime("%Y-%m-%d %H:%M:%S")
    return f"{shown}.{at.microsecond // 1000:03}" if at.microsecond else shown


def _more(name: str, number: int) -> list[str]:
    return [f"{name:<10} and {number} more"] if number > 0 else []


def _match(name: str, match: Match, result: Result) -> Iterator[str]:
    when = f"{time(match.start)} to {time(match.end)}"
    if isinstance(match, Timeout):
        when = f"{time(match.start)}, ran out of time at {time(match.timed_out_at)}"
    yield f"{name:<10} {match.rule}  {match.key}  {when}"
    if match.summary and not isinstance(match, Timeout):
        yield f"           {match.summary}"
    yield from _stages(match.events, result.fields.get(match.rule, ()))


def _near_miss(miss: NearMiss, result: Result) -> Iterator[str]:
    if miss.key is None:
        first = ", ".join(miss.waiting_for)
        yield f"near miss  {miss.rule}  no event began it; it begins with {first}"
    else:
        needed = miss.events_needed
        lacked = f"lacked {counted(needed, 'event')}" if needed else "lacked only time"
        yield f"near miss  {miss.rule}  {miss.key}  {lacked}"
    yield from _stages(miss.events, result.fields.get(miss.rule, ()))
    for reason in miss.reasons:
        yield f"           - {reason}"


def _stages(events: Sequence[tuple[str, Event]], fields: Sequence[str]) -> Iterator[str]:
    width = max((len(stage) for stage, _ in events), default=0)
    for stage, event in events:
        shown = {name: event[name] for name in fields if name in event}
        yield f"             {stage:<{width}}  {_event(shown or event)}"


def _event(event: Event) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in event.items())
