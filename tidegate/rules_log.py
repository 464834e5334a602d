"""Records of the rules log and of the status topic, as documents; no broker in sight."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tidegate.errors import OptionError
from tidegate.rule_plan import KeyIndex, compile_rule
from tidegate.rules import Rule
from tidegate.streams import Stream

FORMAT = 1
FINAL = frozenset({"active", "removed", "quarantined", "rejected"})
# How far a change has come, by its state.
_PROGRESS = {"accepted": 0, "stamped": 1} | dict.fromkeys(FINAL, 2)


@dataclass(frozen=True)
class Stamp:
    """Who asks for a change, and when.

    Attributes:
        request: names the change; a record with a known one is ignored.
        by: who asks.
        written_at: wall clock, epoch ms.
        event_time: from when the change is to hold, epoch ms; None for as soon as possible.
    """

    request: str
    by: str
    written_at: int
    event_time: int | None = None

    def head(self, op: str, rule: str) -> dict[str, Any]:
        """What every record begins with."""
        head: dict[str, Any] = {"format": FORMAT, "op": op, "request": self.request, "rule": rule}
        if self.event_time is not None:
            head["event_time"] = self.event_time
        return head | {"by": self.by, "written_at": self.written_at}


def push_record(
    rule: Rule, streams: Mapping[str, Stream], source: str, stamp: Stamp
) -> dict[str, Any]:
    """The record that brings a rule, compiled against the streams of a pipeline.

    Raises:
        RuleError, ExpressionError: when the rule does not fit the streams.
    """
    keys = KeyIndex()
    definition = compile_rule(rule, streams, keys)
    return stamp.head("push", rule.id) | {
        "version": rule.version,
        "fingerprint": definition["fingerprint"],
        "definition": definition,
        "key": keys.document()[definition["key"]],
        "source": source,
    }


def remove_record(rule: str, stamp: Stamp) -> dict[str, Any]:
    """The record that ends a rule."""
    return stamp.head("remove", rule)


def set_record(
    rule: str, values: Mapping[str, Any], key: str | None, stamp: Stamp
) -> dict[str, Any]:
    """The record that gives parameters other values, for all keys or for one."""
    parameters = {
        name: {"default": value} if key is None else {"by_key": {key: value}}
        for name, value in values.items()
    }
    return stamp.head("set", rule) | {"parameters": parameters}


def change_of(value: bytes | None) -> dict[str, Any] | None:
    """The change in a message, None where it holds none; whether it is right is the job's word."""
    document = _object(value)
    named = document is not None and all(
        isinstance(document.get(name), str) for name in ("request", "op", "rule")
    )
    return document if named else None


def _object(value: bytes | None) -> dict[str, Any] | None:
    try:
        document = json.loads(value or b"")
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


_STATUS: Mapping[str, Any] = {
    "request": str,
    "rule": str | None,
    "version": int,
    "state": str,
    "stamp": int | None,
    "reason": str | None,
    "at": int,
}


@dataclass(frozen=True)
class Status:
    """What became of a change; see schemas/rule_status.schema.json."""

    request: str
    rule: str | None
    version: int
    state: str
    stamp: int | None
    reason: str | None
    at: int

    @staticmethod
    def of(value: bytes | None) -> Status | None:
        """The status in a message, None where it holds none: others may write to the topic."""
        document = _object(value)
        if document is None or not all(
            isinstance(document.get(name), kinds) for name, kinds in _STATUS.items()
        ):
            return None
        return Status(**{name: document[name] for name in _STATUS})

    @property
    def line(self) -> str:
        """For people: state, from when, why."""
        since = "" if self.stamp is None else f" from {time_text(self.stamp)}"
        return f"{self.state}{since}" + (f": {self.reason}" if self.reason else "")


@dataclass
class LiveRule:
    """What the status topic says of a rule.

    Attributes:
        version: of the change that was applied last; 0 when none was.
        state: its state then.
        stamp: event time from which it holds, epoch ms.
        waiting: changes that are accepted or stamped and not yet applied.
    """

    id: str
    version: int = 0
    state: str = ""
    stamp: int | None = None
    reason: str | None = None
    waiting: dict[str, Status] = field(default_factory=dict)

    def take(self, status: Status) -> None:
        """One more status, in the order of the topic."""
        if status.state in FINAL:
            self.waiting.pop(status.request, None)
        else:
            self.waiting[status.request] = status
        if status.state in FINAL - {"rejected"}:
            self.version, self.state = status.version, status.state
            self.stamp, self.reason = status.stamp, status.reason


def live_rules(statuses: Iterable[Status], initial: Sequence[Rule] = ()) -> list[LiveRule]:
    """The rules of a pipeline's files and what the status topic says of them and of others."""
    rules = {rule.id: LiveRule(rule.id, rule.version, "active") for rule in initial}
    for status in onwards(statuses):
        if status.rule is not None:
            rules.setdefault(status.rule, LiveRule(status.rule)).take(status)
    return list(rules.values())


def onwards(statuses: Iterable[Status]) -> Iterator[Status]:
    """Statuses without those that a later one of the same change has overtaken on the topic.

    Several tasks of the job write them, so `accepted` may lie behind `stamped`.
    """
    reached: dict[str, int] = {}
    for status in statuses:
        progress = _PROGRESS.get(status.state, 0)
        if progress >= reached.get(status.request, 0):
            reached[status.request] = progress
            yield status


def latest(statuses: Iterable[Status]) -> dict[str, Status]:
    """What is known of each change, by its request."""
    return {status.request: status for status in onwards(statuses)}


def time_text(millis: int) -> str:
    """An epoch time as ISO 8601 in UTC."""
    try:
        moment = datetime.fromtimestamp(millis / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return f"{millis} ms"
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event_time(text: str) -> int:
    """Epoch ms of an ISO 8601 time, UTC where it names no zone, or of a number of ms.

    Raises:
        OptionError: when it is neither.
    """
    if text.lstrip("-").isdigit():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise OptionError(
            f"--at {text}: expected a time such as 2026-01-31T12:00:00Z, or epoch milliseconds"
        ) from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(moment.timestamp() * 1000)
