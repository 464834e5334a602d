"""Checks that the parts of a pipeline fit together."""

from __future__ import annotations

from collections.abc import Iterator

from tidegate.derived import readable
from tidegate.durations import format_duration
from tidegate.errors import DocumentError, RuleError
from tidegate.pipeline import Pipeline
from tidegate.rule_plan import KeyIndex
from tidegate.scope import suggest
from tidegate.streams import Stream


def check_pipeline(pipeline: Pipeline) -> None:
    """Refuse a pipeline whose streams, topics, rules, window and model do not fit together.

    Raises:
        DocumentError: when streams, topics, window or model do not fit.
        RuleError: when there is no rule, or two have one id.
    """
    for stream in pipeline.streams:
        _check_stream(stream, pipeline.place)
    _check_idle(pipeline)
    _check_topics(pipeline)
    _check_heartbeat(pipeline)
    _check_rules(pipeline)
    _check_window(pipeline)


def _check_stream(stream: Stream, place: str) -> None:
    known = [field.name for field in stream.fields]
    used = {
        "event_time": [stream.event_time.field],
        "key": list(stream.key),
        "identity": list(stream.identity),
    }
    for option, names in used.items():
        for name in names:
            if name not in known:
                raise DocumentError(
                    f"{place}: streams.{stream.name}.{option}: unknown field '{name}'; "
                    f"{suggest(name, known)}"
                )
        if len(set(names)) < len(names):
            raise DocumentError(f"{place}: streams.{stream.name}.{option}: a field occurs twice")


def _check_idle(pipeline: Pipeline) -> None:
    limit, place = pipeline.key_idle_ms, f"{pipeline.place}: keys.idle"
    if limit is None:
        return
    if limit < 1:
        raise DocumentError(f"{place}: found 0, expected at least 1ms; leave it out for no limit")
    for stream in pipeline.streams:
        for field in stream.derived:
            if (field.range_ms or 0) > limit:
                raise DocumentError(
                    f"{place}: {format_duration(limit)} is shorter than "
                    f"streams.{stream.name}.derive.{field.name}, which looks back over "
                    f"{format_duration(field.range_ms or 0)}; make it at least that"
                )


def _topics(pipeline: Pipeline) -> Iterator[tuple[str, str]]:
    for stream in pipeline.streams:
        for topic in stream.topics:
            yield topic, f"streams.{stream.name}"
    yield pipeline.alerts_topic, "alerts"
    yield pipeline.dead_letters_topic, "dead_letters"
    yield pipeline.late_events_topic, "late_events"
    if pipeline.rules_log is not None:
        yield pipeline.rules_log.topic, "rules_topic"
        yield pipeline.rules_log.status_topic, "rule_status_topic"
    if pipeline.heartbeat is not None:
        yield pipeline.heartbeat.topic, "heartbeat"


def _check_topics(pipeline: Pipeline) -> None:
    # A topic read twice counts its events twice; one both read and written feeds on itself.
    users: dict[str, str] = {}
    for topic, user in _topics(pipeline):
        if topic in users:
            raise DocumentError(
                f"{pipeline.place}: topic {topic} is used by {users[topic]} and by {user}; "
                "give each its own"
            )
        users[topic] = user


def _check_heartbeat(pipeline: Pipeline) -> None:
    heartbeat, place = pipeline.heartbeat, pipeline.place
    if heartbeat is None:
        return
    if heartbeat.interval_ms == 0:
        raise DocumentError(
            f"{place}: heartbeat.interval: found 0, expected a time above 0; "
            "null where something else writes the beats"
        )
    for stream in pipeline.streams:
        if not stream.idleness_ms and not stream.bounded:
            raise DocumentError(
                f"{place}: heartbeat: stream {stream.name} has no idleness, so it is never quiet "
                f"and no beat would count; set streams.{stream.name}.idleness"
            )
        if heartbeat.lag_ms < stream.out_of_orderness_ms:
            raise DocumentError(
                f"{place}: heartbeat.lag: {heartbeat.lag_ms} ms is less than out_of_orderness of "
                f"stream {stream.name}, {stream.out_of_orderness_ms} ms: events in time would be "
                "late after a beat; give it at least as much"
            )


def _check_rules(pipeline: Pipeline) -> None:
    if not pipeline.rules:
        raise RuleError(f"{pipeline.place}: rules: there are none; name a file with rules")
    sources: dict[str, str] = {}
    for rule in pipeline.rules:
        if rule.id in sources:
            raise RuleError(f"{rule.place}: the id occurs in {sources[rule.id]} too; rename one")
        sources[rule.id] = rule.source or pipeline.place


def _check_window(pipeline: Pipeline) -> None:
    place, window = pipeline.place, pipeline.window
    if window is None:
        if pipeline.model is not None:
            raise DocumentError(f"{place}: model: needs a window to score; add `window:`")
        return
    names = [stream.name for stream in pipeline.streams]
    if window.stream not in names:
        raise DocumentError(
            f"{place}: window.stream: unknown stream '{window.stream}'; "
            f"{suggest(window.stream, names)}"
        )
    stream = next(each for each in pipeline.streams if each.name == window.stream)
    keys = KeyIndex(pipeline.streams)
    key = keys.fields(keys.index({stream.name: window.key or stream.key}))
    seen = readable(stream, key)
    known = [field.name for field in seen.fields]
    for name in window.channels:
        field = seen.field(name)
        if name in seen.hidden:
            raise DocumentError(f"{place}: window.channels: {seen.hidden[name]}")
        if field is None:
            raise DocumentError(
                f"{place}: window.channels: stream {stream.name} has no field '{name}'; "
                f"{suggest(name, known)}"
            )
        if not field.type.numeric:
            raise DocumentError(
                f"{place}: window.channels: field '{name}' is a {field.type}, expected a number"
            )
    if len(set(window.channels)) < len(window.channels):
        raise DocumentError(f"{place}: window.channels: a channel occurs twice")
    for name in window.key:
        if name not in stream.key:
            raise DocumentError(
                f"{place}: window.key: '{name}' is not in the key of stream {stream.name}, "
                f"{', '.join(stream.key)}"
            )
    ids = [rule.id for rule in pipeline.rules]
    for rule_id in window.rules:
        if rule_id not in (*ids, "*"):
            raise DocumentError(
                f"{place}: window.rules: unknown rule '{rule_id}'; {suggest(rule_id, ids)}"
            )
