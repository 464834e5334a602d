"""Compiles a pipeline and its rules to the plan, the only thing the JVM reads."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema

import schemas
from tidegate.derived import derived_document
from tidegate.errors import PlanError, RuleError
from tidegate.model_card import check_window, read_card
from tidegate.options import MASK
from tidegate.pipeline import Pipeline
from tidegate.pipeline_checks import check_pipeline
from tidegate.rule_plan import KeyIndex, compile_rule
from tidegate.streams import Stream

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
    keys = KeyIndex(streams.values())
    rules = [compile_rule(rule, streams, keys) for rule in pipeline.rules]
    window = _window(pipeline, streams, keys)
    if window is not None:
        _check_windowed(window, rules, pipeline.place)
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
        "key_idle_ms": pipeline.key_idle_ms,
        "rules": rules,
        "window": window,
        "model": _model(pipeline),
        "sinks": _sinks(pipeline),
        "rules_log": None
        if pipeline.rules_log is None
        else {"topic": pipeline.rules_log.topic, "status_topic": pipeline.rules_log.status_topic},
        "heartbeat": None
        if pipeline.heartbeat is None
        else {
            "topic": pipeline.heartbeat.topic,
            "interval_ms": pipeline.heartbeat.interval_ms,
            "lag_ms": pipeline.heartbeat.lag_ms,
        },
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
        "derived": [derived_document(each) for each in stream.derived],
    }


def _window(
    pipeline: Pipeline, streams: Mapping[str, Stream], keys: KeyIndex
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


def _check_windowed(window: dict[str, Any], rules: list[dict[str, Any]], place: str) -> None:
    """Refuse rules that are to open a window of another key: it would hold another's samples."""
    key = {rule["id"]: rule["key"] for rule in rules}
    named = [rule for rule in window["rules"] if rule != "*"]
    for rule in named:
        if key[rule] != window["key"]:
            raise RuleError(
                f"{place}: window.rules: rule {rule} has another key than the window; "
                "give both the same key"
            )
    if window["key"] not in key.values():
        raise RuleError(
            f"{place}: window: no rule has the window's key, so none would open it; "
            "give a rule and the window the same key"
        )


def _model(pipeline: Pipeline) -> dict[str, Any] | None:
    model, window = pipeline.model, pipeline.window
    if model is None or window is None:
        return None
    card = read_card(model.folder, model.variant)
    check_window(card, window.channels, window.length, pipeline.place)
    return {
        "name": card.name,
        "version": card.version,
        "path": str(model.folder.absolute()),
        "file": card.file,
        "sha256": card.sha256,
        "threshold": card.threshold if model.threshold is None else model.threshold,
        "batch_size": model.batch_size,
        "batch_interval_ms": model.batch_interval_ms,
        "unscored": model.unscored,
        "outputs": list(card.outputs),
        "domains": None
        if card.domain is None
        else {
            "file": card.domain.file,
            "sha256": card.domain.sha256,
            "unknown": card.domain.unknown,
        },
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
