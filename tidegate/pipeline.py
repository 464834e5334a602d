"""Pipelines: what one job runs, from YAML or Python."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tidegate.derived import DerivedText, derive
from tidegate.documents import read_as, read_documents, read_text, shown_path, substitute
from tidegate.errors import DocumentError
from tidegate.iceberg_catalog import IcebergSink
from tidegate.overrides import override
from tidegate.pipeline_document import DerivedDocument, PipelineDocument, StreamDocument
from tidegate.pipeline_files import Files
from tidegate.rules import Rule, load_rules
from tidegate.streams import Decoder, EventTime, Stream, event_time_unit, fields_from_avro

LEAST_LAG_MS = 10_000
"""What a heartbeat allows events for their way to the broker unless the pipeline says it."""


@dataclass(frozen=True)
class Kafka:
    """The cluster a pipeline reads from and writes to; properties are the client's."""

    bootstrap: str
    group: str
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Window:
    """The samples a match hands to the model: the key's last `length` of each channel.

    Attributes:
        key: fields of the stream that make the key; empty for the stream's own.
        history: samples kept beyond `length`.
        rules: ids of the rules that open a window; `*` for all.
    """

    name: str
    stream: str
    channels: tuple[str, ...]
    length: int
    key: tuple[str, ...] = ()
    history: int = 0
    rules: tuple[str, ...] = ("*",)


@dataclass(frozen=True)
class ModelReference:
    """The model that scores windows, and how.

    Attributes:
        folder: folder with `model.onnx` and `card.json`.
        variant: which graph of the folder, by its name in the card; None for `model.onnx`.
        threshold: overrides the card's.
        batch_size: most windows of one call.
        batch_interval_ms: longest a window waits for others, ms.
        unscored: what becomes of a match without a score: alert or record.
    """

    folder: Path
    variant: str | None = None
    threshold: float | None = None
    batch_size: int = 64
    batch_interval_ms: int = 5
    unscored: str = "alert"


@dataclass(frozen=True)
class RulesLog:
    """Topics of rule changes and of what became of them."""

    topic: str
    status_topic: str


@dataclass(frozen=True)
class Heartbeat:
    """What lets time pass while no events come.

    Attributes:
        topic: of the beats.
        interval_ms: how often the job writes one, ms; None where somebody else does.
        lag_ms: up to how far behind a beat events may still come, ms.
    """

    topic: str
    interval_ms: int | None
    lag_ms: int


@dataclass(frozen=True)
class Pipeline:
    """Sources, rules, window, model and sinks of one job.

    Attributes:
        key_idle_ms: silence after which a key's window and derived fields begin anew; None for
            never.
    """

    name: str
    kafka: Kafka
    streams: tuple[Stream, ...]
    rules: Sequence[Rule]
    alerts_topic: str
    dead_letters_topic: str
    late_events_topic: str
    rules_log: RulesLog | None = None
    key_idle_ms: int | None = None
    heartbeat: Heartbeat | None = None
    delivery: str = "at_least_once"
    window: Window | None = None
    model: ModelReference | None = None
    iceberg: IcebergSink | None = None
    source: str = field(default="", compare=False)

    @property
    def place(self) -> str:
        """File or name, for messages."""
        return self.source or f"pipeline {self.name}"


def load_pipeline(
    path: str | Path,
    environment: Mapping[str, str] | None = None,
    settings: Sequence[str] = (),
    model: bool = True,
) -> Pipeline:
    """The pipeline of a YAML file.

    Files it names are looked for beside it, in the folder above it, and in the current folder.

    Args:
        path: the file.
        environment: values for `${NAME}`; the process environment when None.
        settings: `key=value` assignments that override the file, see `tidegate.overrides`.
        model: whether it gets its model, which is not there yet when it is to be trained.

    Raises:
        DocumentError: when a file is missing or a key does not fit.
        TidegateError: when one of its rules has no meaning.
    """
    document, files = _read(path, environment, settings)
    source = files.source
    name = document.pipeline
    return Pipeline(
        name=name,
        kafka=Kafka(
            document.kafka.bootstrap,
            document.kafka.group or f"tidegate-{name}",
            document.kafka.properties,
        ),
        streams=_streams(document, files),
        rules=[rule for file in document.rules for rule in load_rules(files.find(file, "rules"))],
        alerts_topic=document.alerts.topic if document.alerts else f"{name}-alerts",
        delivery=document.alerts.delivery if document.alerts else "at_least_once",
        dead_letters_topic=(
            document.dead_letters.topic if document.dead_letters else f"{name}-dead-letters"
        ),
        late_events_topic=document.late_events.topic if document.late_events else f"{name}-late",
        rules_log=_rules_log(document),
        key_idle_ms=document.keys.idle,
        heartbeat=_heartbeat(document),
        window=_window(document),
        model=_model(document, files) if model else None,
        iceberg=_iceberg(document, source),
        source=source,
    )


@dataclass(frozen=True)
class Inputs:
    """What rules see of a pipeline: its streams by name, and how long a silent key is known."""

    streams: Mapping[str, Stream]
    key_idle_ms: int | None = None


def load_inputs(path: str | Path, environment: Mapping[str, str] | None = None) -> Inputs:
    """What a pipeline file says of events; the rest of it is not looked at further.

    Raises:
        DocumentError: when a file is missing or a key does not fit.
    """
    document, files = _read(path, environment)
    streams = {stream.name: stream for stream in _streams(document, files)}
    return Inputs(streams, document.keys.idle)


def _read(
    path: str | Path, environment: Mapping[str, str] | None, settings: Sequence[str] = ()
) -> tuple[PipelineDocument, Files]:
    path = Path(path)
    source = shown_path(path)
    documents = read_documents(path)
    if len(documents) != 1:
        raise DocumentError(f"{source}: found {len(documents)} documents, expected one pipeline")
    raw = substitute(documents[0], os.environ if environment is None else environment, source)
    raw = override(raw, settings, source)
    return read_as(PipelineDocument, raw, source), Files(path, source)


def _streams(document: PipelineDocument, files: Files) -> tuple[Stream, ...]:
    streams = {name: _stream(name, entry, files) for name, entry in document.streams.items()}
    derived = []
    for name, entry in document.streams.items():
        texts = {field: _derived_text(text) for field, text in entry.derive.items()}
        fields = derive(streams[name], texts, streams, files.source)
        derived.append(replace(streams[name], derived=fields))
    return tuple(derived)


def _derived_text(document: DerivedDocument) -> DerivedText:
    by: tuple[str, ...] | dict[str, tuple[str, ...]] | None = None
    if isinstance(document.by, Mapping):
        by = {stream: _names(fields) for stream, fields in document.by.items()}
    elif document.by is not None:
        by = _names(document.by)
    events, range_ms = document.over or (None, None)
    return DerivedText(document.value, by, events, range_ms, document.including_current)


def _stream(name: str, document: StreamDocument, files: Files) -> Stream:
    place = f"streams.{name}"
    schema_path = files.find(document.schema_, f"{place}.schema")
    schema = read_text(schema_path)
    origin = shown_path(schema_path)
    topics = [*([document.topic] if document.topic else []), *(document.topics or [])]
    if not topics:
        raise DocumentError(f"{files.source}: {place}: topic: missing; name the topic to read")
    if (document.format == "confluent_avro") != (document.registry is not None):
        wrong = "needs" if document.registry is None else "takes no"
        raise DocumentError(f"{files.source}: {place}: format {document.format} {wrong} registry")
    decoder = Decoder(
        document.format, schema if document.format == "avro" else None, document.registry
    )
    unit = document.event_time_unit or event_time_unit(schema, document.event_time, origin)
    return Stream(
        name=name,
        topics=tuple(topics),
        fields=fields_from_avro(schema, origin),
        decoder=decoder,
        event_time=EventTime(document.event_time, unit),
        key=_names(document.key),
        start=document.start,
        bounded=document.bounded,
        out_of_orderness_ms=document.out_of_orderness,
        idleness_ms=document.idleness,
        max_future_ms=document.max_future,
        identity=_names(document.identity),
        priority=document.priority,
        deduplication_ms=document.deduplication,
        alignment_ms=document.alignment,
        store=document.store,
    )


def _window(document: PipelineDocument) -> Window | None:
    window = document.window
    if window is None:
        return None
    return Window(
        name=window.name or f"last_{window.length}",
        stream=window.stream,
        channels=tuple(window.channels),
        length=window.length,
        key=_names(window.key or []),
        history=window.history,
        rules=tuple(window.rules),
    )


def _rules_log(document: PipelineDocument) -> RulesLog | None:
    if not document.rules_at_run_time:
        return None
    return RulesLog(
        document.rules_topic or f"{document.pipeline}-rules",
        document.rule_status_topic or f"{document.pipeline}-rule-status",
    )


def _heartbeat(document: PipelineDocument) -> Heartbeat | None:
    heartbeat = document.heartbeat
    if heartbeat is None:
        return None
    bounds = [stream.out_of_orderness for stream in document.streams.values()]
    return Heartbeat(
        heartbeat.topic or f"{document.pipeline}-beats",
        heartbeat.interval,
        max(LEAST_LAG_MS, *bounds) if heartbeat.lag is None else heartbeat.lag,
    )


def _model(document: PipelineDocument, files: Files) -> ModelReference | None:
    model = document.model
    if model is None:
        return None
    return ModelReference(
        folder=files.model(model),
        variant=model.variant,
        threshold=model.threshold,
        batch_size=model.batch_size,
        batch_interval_ms=model.batch_interval,
        unscored=model.unscored,
    )


def _iceberg(document: PipelineDocument, source: str) -> IcebergSink | None:
    iceberg = document.iceberg
    if iceberg is None:
        return None
    return IcebergSink.resolve(
        catalog=iceberg.catalog,
        uri=iceberg.uri,
        warehouse=iceberg.warehouse,
        namespace=iceberg.namespace,
        tables=iceberg.tables,
        properties=iceberg.properties,
        place=f"{source}: iceberg",
    )


def _names(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
