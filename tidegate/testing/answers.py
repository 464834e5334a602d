"""Reads what the Java process answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tidegate.plan import Plan
from tidegate.testing.events import TestEvent
from tidegate.testing.reasons import Reasons
from tidegate.testing.results import DeadLetter, Event, Late, Match, NearMiss, Result, Timeout

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_answers(
    lines: Iterable[Mapping[str, Any]],
    plan: Plan,
    rows: Sequence[TestEvent],
    bad: Sequence[TestEvent],
) -> Result:
    """The result of a run.

    Args:
        lines: the answer's lines, the last left out.
        plan: the plan that ran.
        rows: the rows that were sent, by the number that answers refer to.
        bad: the rows that could not be read.
    """
    answers: dict[str, list[Mapping[str, Any]]] = {}
    for line in lines:
        for kind, members in line.items():
            answers.setdefault(kind, []).append(members)
    rules = {rule["id"]: rule for rule in plan.document["rules"]}
    event = _events(rows)
    matches = [Match(**_match(each, event)) for each in answers.get("match", [])]
    timeouts = [
        Timeout(**_match(each, event), timed_out_at=_time(each["timed_out_at"]))
        for each in answers.get("timeout", [])
    ]
    dead = [DeadLetter(row.shown, row.number, "unreadable", row.problem or "") for row in bad]
    dead += [_dead(each, rows) for each in answers.get("dead", [])]
    return Result(
        rules=tuple(rules),
        events=len(rows) + len(bad),
        matches=tuple(sorted(matches, key=lambda match: (match.end, match.start))),
        timeouts=tuple(sorted(timeouts, key=lambda one: (one.timed_out_at, one.start))),
        near_misses=tuple(
            _near_miss(each, rules[each["rule"]], event) for each in answers.get("near_miss", [])
        ),
        late=tuple(_late(each, rows) for each in answers.get("late", [])),
        dead_letters=tuple(dead),
        duplicates=tuple(event(each["event"]) for each in answers.get("duplicate", [])),
        cooled_down={each["rule"]: each["count"] for each in answers.get("cooled_down", [])},
        dropped=_dropped(answers.get("dropped", [])),
        fields={name: tuple(sorted(_fields(rule))) for name, rule in rules.items()},
        still_open={each["rule"]: each["partial_matches"] for each in answers.get("open", [])},
    )


def _dropped(answers: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    dropped: dict[str, dict[str, int]] = {}
    for answer in answers:
        dropped.setdefault(answer["rule"], {})[answer["what"]] = answer["count"]
    return dropped


def _fields(node: Any) -> set[str]:
    """Names of all fields in a part of the plan."""
    if isinstance(node, Mapping):
        own = {node["field"]} if isinstance(node.get("field"), str) else set()
        return own.union(*(_fields(each) for each in node.values()))
    return set().union(*(_fields(each) for each in node)) if isinstance(node, list) else set()


def _events(rows: Sequence[TestEvent]) -> Callable[[int], Event]:
    return lambda number: rows[number].shown


def _time(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def clock(milliseconds: int) -> str:
    """An event time as text: ISO 8601 in UTC, milliseconds only where there are some."""
    time = _time(milliseconds)
    return time.strftime("%Y-%m-%d %H:%M:%S") + (
        f".{time.microsecond // 1000:03}" if time.microsecond else ""
    )


def _taken(
    answer: Mapping[str, Any], event: Callable[[int], Event]
) -> tuple[tuple[str, Event], ...]:
    """Stages and events with what was derived for these."""
    return tuple(
        (stage, {**event(number), **derived} if derived else event(number))
        for stage, number, derived in answer["events"]
    )


def _match(answer: Mapping[str, Any], event: Callable[[int], Event]) -> dict[str, Any]:
    return {
        "rule": answer["rule"],
        "key": answer["key"],
        "events": _taken(answer, event),
        "measures": answer["measures"],
        "summary": answer["summary"],
        "start": _time(answer["start"]),
        "end": _time(answer["end"]),
        "id": answer["id"],
    }


def _late(answer: Mapping[str, Any], rows: Sequence[TestEvent]) -> Late:
    row = rows[answer["event"]]
    behind = timedelta(milliseconds=answer["greatest"] - answer["time"])
    return Late(row.shown, row.number, _time(answer["greatest"]), behind)


def _dead(answer: Mapping[str, Any], rows: Sequence[TestEvent]) -> DeadLetter:
    row = rows[answer["event"]]
    return DeadLetter(row.shown, row.number, answer["reason"], answer["detail"])


def _near_miss(
    answer: Mapping[str, Any], rule: Mapping[str, Any], event: Callable[[int], Event]
) -> NearMiss:
    reasons = Reasons(rule, clock)
    refusals = answer["refusals"]
    closest = next((each for each in refusals if each["closest"] is not None), None)
    begun = answer["key"] is not None
    lines = [line for refusal in refusals for line in reasons.refusal(refusal, begun)]
    return NearMiss(
        rule=answer["rule"],
        key=answer["key"],
        events=_taken(answer, event),
        events_needed=answer["events_needed"],
        waiting_for=tuple(each["stage"] for each in refusals),
        ending=answer["ending"],
        reasons=(*lines, *([reasons.ending(answer)] if begun else [])),
        conditions=tuple(text for each in refusals for text in reasons.conditions(each)),
        closest=None if closest is None else event(closest["closest"]),
    )
