"""Runs rules over events: streams from a pipeline or from the events, the rest in the JVM."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from connectors.local_run.process import RuleProcess, shared
from connectors.local_run.values import to_json, typed
from tidegate.durations import parse_duration
from tidegate.errors import RuleTestError
from tidegate.pipeline import Inputs, Kafka, Pipeline, load_inputs
from tidegate.plan import Plan, compile_plan
from tidegate.rules import Rule, load_rules
from tidegate.streams import Decoder, FieldType, Stream
from tidegate.testing.answers import read_answers
from tidegate.testing.events import Rows, Source, TestEvent, by_stream
from tidegate.testing.infer import Given, infer
from tidegate.testing.results import Result

Rules = str | Path | Rule | Iterable[str | Path | Rule]


def run_rules(
    rules: Rules,
    events: Source | Mapping[str, Source],
    *,
    pipeline: str | Path | None = None,
    time: str | None = None,
    time_unit: str | None = None,
    key: str | Sequence[str] = (),
    types: Mapping[str, str] | None = None,
    out_of_orderness: str | None = None,
    stream_column: str | None = None,
    close: bool = True,
    near_misses: int = 3,
    process: RuleProcess | None = None,
) -> Result:
    """What rules find in events, handled in the job's order by the job's classes.

    With a pipeline its streams say what events look like, how they lie in time and which are
    late; without one the types come from the values and no event is late. The first call starts
    a Java process (0.4 s), which later ones use again.

    Args:
        rules: rules, rule files (YAML), or several of them.
        events: a path (CSV, JSONL, Parquet), dicts or a DataFrame, in order of arrival; or such
            by the name of their stream.
        pipeline: pipeline file.
        time: field of the event time, without a pipeline.
        time_unit: of times that are numbers: s, ms, us or ns.
        key: fields of the key of rules that state none, without a pipeline.
        types: field to boolean, long, double or string where the values do not tell it.
        out_of_orderness: duration by which an event may lie behind the newest, such as `5s`.
        stream_column: the column that tells the streams of one source apart.
        close: whether time passes on behind the last event until every time limit is reached.
        near_misses: most near misses of a rule.
        process: the Java process; the shared one when None.

    Raises:
        TidegateError: when rules or events cannot be read or do not fit each other.

    >>> result = run_rules("rules/fraud.yaml", "transactions.csv")  # doctest: +SKIP
    >>> result.assert_matches(2, rule="card_testing")  # doctest: +SKIP
    """
    loaded = _load(rules)
    if pipeline is None:
        given = Given(time, time_unit, _types(types), _bound(out_of_orderness))
        loaded = [_keyed(rule, key) for rule in loaded]
        inputs, rows = _inferred(loaded, events, stream_column, given)
    else:
        _refuse_given(time=time, time_unit=time_unit, key=key, types=types, bound=out_of_orderness)
        inputs, rows = _declared(pipeline, loaded, events, stream_column)
    plan = _plan(inputs, loaded)
    index = {name: number for number, name in enumerate(inputs.streams)}
    good = [row for row in rows if row.problem is None]
    lines = (process or shared()).run(
        plan.to_json(),
        [(index[row.stream], to_json(row.sent)) for row in good],
        close,
        near_misses,
    )
    bad = [row for row in rows if row.problem is not None]
    return read_answers(lines, plan, good, bad)


def _load(rules: Rules) -> list[Rule]:
    several = [rules] if isinstance(rules, str | Path | Rule) else list(rules)
    loaded: dict[str, Rule] = {}
    for each in several:
        for rule in [each] if isinstance(each, Rule) else load_rules(each):
            if rule.id in loaded:
                raise RuleTestError(f"{rule.place}: the id occurs twice; rename one")
            loaded[rule.id] = rule
    if not loaded:
        raise RuleTestError("no rules; give at least one")
    # What ran out of time is shown of every rule here, whether it asks for records or not.
    return [replace(rule, timeouts=True) for rule in loaded.values()]


def _keyed(rule: Rule, key: str | Sequence[str]) -> Rule:
    return rule if rule.keys or not key else replace(rule, key=key)


def _types(types: Mapping[str, str] | None) -> dict[str, FieldType]:
    found: dict[str, FieldType] = {}
    for name, kind in (types or {}).items():
        if kind not in ("boolean", "long", "double", "string"):
            raise RuleTestError(f"type {name}={kind}: expected boolean, long, double or string")
        found[name] = FieldType(kind)
    return found


def _bound(text: str | None) -> int | None:
    try:
        return None if text is None else parse_duration(text)
    except ValueError as error:
        raise RuleTestError(f"out_of_orderness: {error}") from error


def _refuse_given(**given: object) -> None:
    for name, value in given.items():
        if value:
            raise RuleTestError(f"{name}: the pipeline says that; give one of them")


def _inferred(
    rules: Sequence[Rule], events: Any, column: str | None, given: Given
) -> tuple[Inputs, list[TestEvent]]:
    names = list(dict.fromkeys(stream for rule in rules for stream in rule.streams))
    streams: dict[str, Stream] = {}
    rows: list[TestEvent] = []
    for name, some in by_stream(events, names, column).items():
        streams[name], converted = infer(name, some, rules, given)
        rows += converted
    for name in names:
        if name not in streams:
            raise RuleTestError(f"events: none of stream {name}, which a rule reads; add them")
    return Inputs(streams), rows


def _declared(
    pipeline: str | Path, rules: Sequence[Rule], events: Any, column: str | None
) -> tuple[Inputs, list[TestEvent]]:
    inputs = load_inputs(pipeline)
    declared = inputs.streams
    read = {stream for rule in rules for stream in rule.streams}
    one = not isinstance(events, Mapping)
    names = [name for name in declared if name in read or not one]
    streams = {name: replace(stream, decoder=Decoder("json")) for name, stream in declared.items()}
    rows = [
        row
        for name, some in by_stream(events, names or list(declared), column).items()
        for row in _typed(some, declared[name])
    ]
    return replace(inputs, streams=streams), rows


def _typed(rows: Rows, stream: Stream) -> Iterable[TestEvent]:
    for row in rows.rows:
        values = typed(row.values, stream, rows.text)
        shown = row.values
        if rows.text:
            time = stream.event_time.field
            shown = {name: value for name, value in values.items() if value is not None}
            shown |= {time: row.values[time]} if time in shown else {}
        yield TestEvent(stream.name, row.number, values, shown, row.problem)


def _plan(inputs: Inputs, rules: Sequence[Rule]) -> Plan:
    """A plan of these rules; nothing of it that concerns a cluster is used."""
    return compile_plan(
        Pipeline(
            name="test",
            kafka=Kafka("none", "none"),
            streams=tuple(inputs.streams.values()),
            key_idle_ms=inputs.key_idle_ms,
            rules=rules,
            alerts_topic="tidegate.test.alerts",
            dead_letters_topic="tidegate.test.dead-letters",
            late_events_topic="tidegate.test.late",
        )
    )
