"""The YAML form of a pipeline."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from tidegate.documents import Document, Duration
from tidegate.durations import parse_duration

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
StreamName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Topic = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,249}$")]
Names = Annotated[list[str], Field(min_length=1)]
Table = Literal["matches", "timeouts", "scores", "alerts", "dead_letters", "late_events"]
TABLES: tuple[Table, ...] = (
    "matches",
    "timeouts",
    "scores",
    "alerts",
    "dead_letters",
    "late_events",
)


def _as_text(value: Any) -> Any:
    """YAML's numbers and booleans as a properties file would have them."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


PropertyValue = Annotated[
    str, BeforeValidator(_as_text), WithJsonSchema({"type": ["string", "number", "boolean"]})
]


def _number_as_text(value: Any) -> Any:
    return str(value) if type(value) is int else value


ModelVersion = Annotated[
    Name, BeforeValidator(_number_as_text), WithJsonSchema({"type": ["string", "integer"]})
]


class KafkaDocument(Document):
    """`kafka:`; properties are Kafka client properties, `security.protocol` and the like."""

    bootstrap: str
    group: str | None = None
    properties: dict[str, PropertyValue] = Field(default_factory=dict)


def _events_or_range(value: Any) -> Any:
    """`20` as 20 events, `24h` as that many milliseconds."""
    if type(value) is int:
        return (value, None)
    return (None, parse_duration(value))


Over = Annotated[
    tuple[int | None, int | None],
    BeforeValidator(_events_or_range),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1},
                {"type": "string", "pattern": r"^([0-9]+(ms|s|m|h|d))+$"},
            ]
        }
    ),
]
"""How far a derived field looks back, as people write it: (events, None) or (None, ms)."""


class DerivedDocument(Document):
    """`average_volume: {value: "avg(volume)", by: symbol, over: 20}`."""

    value: str
    by: str | Names | dict[StreamName, str | Names] | None = None
    over: Over | None = None
    including_current: bool = False


class StreamDocument(Document):
    """One entry of `streams:`."""

    topic: Topic | None = None
    topics: list[Topic] | None = None
    schema_: str = Field(alias="schema")
    format: Literal["avro", "confluent_avro", "json"] = "avro"
    registry: str | None = None
    event_time: str
    event_time_unit: Literal["ms", "s", "us", "ns", "iso8601"] | None = None
    key: str | Names
    identity: str | list[str] = Field(default_factory=list)
    start: Literal["earliest", "latest", "committed"] = "earliest"
    bounded: bool = False
    out_of_orderness: Duration = 0
    idleness: Duration | None = 60_000
    max_future: Duration | None = 60_000
    priority: int = 0
    deduplication: Duration | None = None
    alignment: Duration | None = 60_000
    store: bool = False
    derive: dict[StreamName, DerivedDocument] = Field(default_factory=dict)


class KeysDocument(Document):
    """`keys:`; without `idle`, a key's window and derived fields are kept for ever."""

    idle: Duration | None = None


class WindowDocument(Document):
    """`window:`; a match of one of `rules` (`*`: of all) cuts the last `length` samples."""

    name: StreamName | None = None
    stream: str
    channels: Names
    length: Annotated[int, Field(ge=1)]
    key: str | Names | None = None
    history: Annotated[int, Field(ge=0)] = 0
    rules: Names = Field(default_factory=lambda: ["*"])


class ModelDocument(Document):
    """`model:`: a folder, or a name of a registry; the threshold is the card's unless given."""

    path: str | None = None
    name: Name | None = None
    version: ModelVersion | None = None
    registry: str | None = None
    variant: str | None = None
    threshold: float | None = None
    batch_size: Annotated[int, Field(ge=1)] = 64
    batch_interval: Duration = 5
    unscored: Literal["alert", "record"] = "alert"

    @model_validator(mode="after")
    def _one(self) -> ModelDocument:
        if (self.path is None) == (self.name is None):
            raise ValueError("expected either path, a model's folder, or name, a registry's model")
        if self.path is not None and (self.version is not None or self.registry is not None):
            raise ValueError("version and registry go with name; path is a version's folder")
        return self


class AlertsDocument(Document):
    """`alerts:`."""

    topic: Topic
    delivery: Literal["at_least_once", "exactly_once"] = "at_least_once"


class TopicDocument(Document):
    """`dead_letters:` and `late_events:`."""

    topic: Topic


class HeartbeatDocument(Document):
    """`heartbeat:`; without an interval somebody else writes the beats."""

    topic: Topic | None = None
    interval: Duration | None = 1_000
    lag: Duration | None = None


class IcebergDocument(Document):
    """`iceberg:`; `uri` is SQLAlchemy's for SQLite and PostgreSQL, or a REST catalog's URL."""

    catalog: str
    uri: str
    warehouse: str
    namespace: StreamName
    tables: list[Table] = Field(default_factory=lambda: list(TABLES))
    properties: dict[str, PropertyValue] = Field(default_factory=dict)


class PipelineDocument(Document):
    """A pipeline as people write it."""

    pipeline: Name
    description: str = ""
    kafka: KafkaDocument
    streams: Annotated[dict[StreamName, StreamDocument], Field(min_length=1)]
    rules: Names
    keys: KeysDocument = Field(default_factory=KeysDocument)
    window: WindowDocument | None = None
    model: ModelDocument | None = None
    alerts: AlertsDocument | None = None
    dead_letters: TopicDocument | None = None
    late_events: TopicDocument | None = None
    rules_at_run_time: bool = True
    rules_topic: Topic | None = None
    rule_status_topic: Topic | None = None
    heartbeat: HeartbeatDocument | None = None
    iceberg: IcebergDocument | None = None
