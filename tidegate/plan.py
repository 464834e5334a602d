"""Compiles a pipeline and its rules to the plan, the only thing the JVM reads."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema

import schemas
from tidegate.errors import PlanError, RuleError
from tidegate.expression import to_json
from tidegate.model_card import check_window, read_card
from tidegate.options import MASK
from tidegate.parser import parse_expression
from tidegate.pattern_plan import PatternCompiler
from tidegate.pipeline import Pipeline
from tidegate.pipeline_checks import check_pipeline
from tidegate.rules import Rule
from tidegate.scope import suggest
from tidegate.stages import walk
from tidegate.streams import FieldType, Stream
from tidegate.summary import compile_summary

FORMAT = 1
_SECRET_WORDS = ("password", "secret", "jaas", "token", "credential")


@dataclass(frozen=True)
class Plan:
    """A compiled pipeline; the document is of the form of schemas/plan.schema.json."""

    document: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Name of the pipeline."""
        return str(self.document["name"])

    def to_json(self, indent: int | None = None) -> str:
        """Text of the plan; equal plans give equal texts. Holds secrets as they are."""
        return json.dumps(self.document, ensure_ascii=False, indent=indent)

    def masked(self) -> dict[str, Any]:
        """A copy for a screen or a log, secrets masked."""
        document: dict[str, Any] = copy.deepcopy(dict(self.document))
        iceberg = document["sinks"]["iceberg"] or {}
        for properties in (document["kafka"]["properties"], iceberg.get("properties", {})):
            for key in properties:
                if any(word in key.lower() for word in _SECRET_WORDS):
                    properties[key] = MASK
        return document


def compile_plan(pipeline: Pipeline) -> Plan:
    """The plan of a pipeline.

    Raises:
        DocumentError: when streams, window or topics do not fit together.
        RuleError, ExpressionError: when a rule does not fit the streams.
        ModelError: when the model is missing, altered, or does not fit the window.
        PlanError: when the result is not of the plan's form, which is a fault of this package.
    """
    check_pipeline(pipeline)
    streams = {stream.name: stream for stream in pipeline.streams}
    keys = _Keys()
    rules = [compile_rule(rule, streams, keys) for rule in pipeline.rules]
    window = _window(pipeline, streams, keys)
    document = {
        "format": FORMAT,
        "name": pipeline.name,
        "kafka": {
            "bootstrap": pipeline.kafka.bootstrap,
            "group": pipeline.kafka.group,
            "properties": dict(pipeline.kafka.properties),
        },
        "streams": [_stream(stream) for stream in pipeline.streams],
        "keys": keys.document(),
        "rules": rules,
        "window": window,
        "model": _model(pipeline),
        "sinks": _sinks(pipeline),
        "alerts_schema": json.dumps(schemas.load("alert.avsc"), ensure_ascii=False),
    }
    check_plan(document)
    return Plan(document)


def check_plan(document: Mapping[str, Any]) -> None:
    """Check a plan against its schema.

    Raises:
        PlanError: naming the place and what is wrong there.
    """
    error = jsonschema.exceptions.best_match(_validator().iter_errors(document))
    if error is not None:
        raise PlanError(f"plan: {error.json_path}: {error.message}")


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schemas.load("plan.schema.json"))


class _Keys:
    """The distinct key expressions of rules and windows, in order of first use."""

    def __init__(self) -> None:
        self._keys: list[dict[str, tuple[str, ...]]] = []

    def index(self, fields: Mapping[str, tuple[str, ...]]) -> int:
        """Index of the key expression that gives these fields for these streams.

        Expressions that agree on the streams they share are one: a window over one stream is
        keyed as the rule over two.
        """
        for index, known in enumerate(self._keys):
            shared = known.keys() & fields.keys()
            if shared and all(known[stream] == fields[stream] for stream in shared):
                known.update(fields)
                return index
        self._keys.append(dict(fields))
        return len(self._keys) - 1

    def document(self) -> list[dict[str, Any]]:
        """The plan's `keys`."""
        return [
            {"streams": {stream: list(fields) for stream, fields in key.items()}}
            for key in self._keys
        ]


def compile_rule(rule: Rule, streams: Mapping[str, Stream], keys: _Keys) -> dict[str, Any]:
    """The plan's form of one rule.

    Raises:
        RuleError: when it reads a stream or keys by a field that is not there.
        ExpressionError: when an expression does not fit the streams.
    """
    place = rule.place
    for name in rule.streams:
        if name not in streams:
            raise RuleError(f"{place}: on: unknown stream '{name}'; {suggest(name, streams)}")
    key = _key(rule, streams)
    parameters = {name: _type_of(value) for name, value in rule.parameters.items()}
    by_stage = {
        stage.name: tuple(streams[name] for name in (stage.on or rule.streams))
        for stage in walk(rule.definition.stages)
    }
    compiler = PatternCompiler(rule.definition, by_stage, parameters, place)
    pattern = compiler.pattern()
    measures = []
    for name, text in rule.measure_texts.items():
        measure = parse_expression(text, compiler.match_scope(f"measure {name}"))
        measures.append({"name": name, "type": measure.type.value, "expression": to_json(measure)})
    return {
        "id": rule.id,
        "version": rule.version,
        "fingerprint": fingerprint(pattern, key),
        "severity": rule.severity,
        "key": keys.index(key),
        "shadow": rule.shadow,
        "pattern": pattern,
        "parameters": dict(rule.parameters),
        "measures": measures,
        "summary": compile_summary(rule.summary, compiler.match_scope("summary")),
        "timeouts": rule.timeouts,
    }


def fingerprint(pattern: Mapping[str, Any], key: Mapping[str, tuple[str, ...]]) -> str:
    """Sha256 over a rule's structure: its compiled pattern and its key.

    Measures, summary, severity and the values of parameters are no structure: they may change
    while partial matches stay.
    """
    structure = {"key": {name: list(fields) for name, fields in key.items()}, "pattern": pattern}
    text = json.dumps(structure, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _key(rule: Rule, streams: Mapping[str, Stream]) -> dict[str, tuple[str, ...]]:
    key = {name: rule.keys.get(name) or streams[name].key for name in rule.streams}
    if len({len(fields) for fields in key.values()}) > 1:
        raise RuleError(f"{rule.place}: key: the streams' keys differ in length; write it out")
    for name, fields in key.items():
        stream = streams[name]
        for each in fields:
            found = stream.field(each)
            if found is None:
                hint = suggest(each, [field.name for field in stream.fields])
                raise RuleError(
                    f"{rule.place}: key: unknown field '{each}' of stream {name}; {hint}"
                )
            if found.nullable and each not in stream.key:
                raise RuleError(
                    f"{rule.place}: key: field '{each}' of stream {name} may be null, and events "
                    f"without it would belong to no key; add it to the stream's key"
                )
    return key


def _type_of(value: bool | int | float | str) -> FieldType:
    match value:
        case bool():
            return FieldType.BOOLEAN
        case int():
            return FieldType.LONG
        case float():
            return FieldType.DOUBLE
    return FieldType.STRING


def _stream(stream: Stream) -> dict[str, Any]:
    decoder: dict[str, Any] = {"kind": stream.decoder.kind}
    if stream.decoder.schema is not None:
        decoder["schema"] = json.dumps(json.loads(stream.decoder.schema), ensure_ascii=False)
    if stream.decoder.registry is not None:
        decoder["registry"] = stream.decoder.registry
    return {
        "name": stream.name,
        "topics": list(stream.topics),
        "fields": [
            {"name": field.name, "type": field.type.value, "nullable": field.nullable}
            for field in stream.fields
        ],
        "decoder": decoder,
        "event_time": {"field": stream.event_time.field, "unit": stream.event_time.unit},
        "key": list(stream.key),
        "start": stream.start,
        "bounded": stream.bounded,
        "out_of_orderness_ms": stream.out_of_orderness_ms,
        "idleness_ms": stream.idleness_ms,
        "max_future_ms": stream.max_future_ms,
        "identity": list(stream.identity),
        "priority": stream.priority,
        "deduplication_ms": stream.deduplication_ms,
        "alignment_ms": stream.alignment_ms,
        "store": stream.store,
    }


def _window(
    pipeline: Pipeline, streams: Mapping[str, Stream], keys: _Keys
) -> dict[str, Any] | None:
    window = pipeline.window
    if window is None:
        return None
    return {
        "name": window.name,
        "stream": window.stream,
        "channels": list(window.channels),
        "length": window.length,
        "key": keys.index({window.stream: window.key or streams[window.stream].key}),
        "history": window.history,
        "rules": list(window.rules),
    }


def _model(pipeline: Pipeline) -> dict[str, Any] | None:
    model, window = pipeline.model, pipeline.window
    if model is None or window is None:
        return None
    card = read_card(model.folder)
    check_window(card, window.channels, window.length, pipeline.place)
    return {
        "name": card.name,
        "version": card.version,
        "path": str(model.folder.absolute()),
        "sha256": card.sha256,
        "threshold": card.threshold if model.threshold is None else model.threshold,
        "batch_size": model.batch_size,
        "batch_interval_ms": model.batch_interval_ms,
        "unscored": model.unscored,
        "outputs": list(card.outputs),
    }


def _sinks(pipeline: Pipeline) -> dict[str, Any]:
    iceberg = pipeline.iceberg
    return {
        "alerts": {"topic": pipeline.alerts_topic, "delivery": pipeline.delivery},
        "dead_letters": {"topic": pipeline.dead_letters_topic},
        "late_events": {"topic": pipeline.late_events_topic},
        "iceberg": None
        if iceberg is None
        else {
            "catalog": iceberg.catalog,
            "properties": dict(iceberg.properties),
            "namespace": iceberg.namespace,
            "tables": list(iceberg.tables),
        },
    }
