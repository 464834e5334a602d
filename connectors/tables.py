"""The Iceberg tables of a pipeline: columns, documentation, hidden partitions.

The job's sinks write the same columns (`operators/.../sink/Tables.java`) and refuse a table that
differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import DayTransform
from pyiceberg.types import (
    BinaryType,
    BooleanType,
    DoubleType,
    FloatType,
    IcebergType,
    IntegerType,
    ListType,
    LongType,
    MapType,
    NestedField,
    StringType,
    StructType,
    TimestamptzType,
)

TEXT, TIME, INT, LONG = StringType(), TimestamptzType(), IntegerType(), LongType()
DOUBLE, BOOLEAN, BYTES = DoubleType(), BooleanType(), BinaryType()

FIELD_TYPES: Mapping[str, IcebergType] = {
    "boolean": BOOLEAN,
    "long": LONG,
    "double": DOUBLE,
    "string": TEXT,
    "timestamp": TIME,
}


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: its name.
        type: its Iceberg type; ids inside are placeholders, the catalog assigns them.
        doc: what it holds, with the unit.
        required: whether every row has a value.
    """

    name: str
    type: IcebergType
    doc: str
    required: bool = False


@dataclass(frozen=True)
class TableDefinition:
    """A table: its columns, and the time that its hidden day partitions are made from.

    Attributes:
        name: name within the pipeline's namespace.
        doc: one sentence on what a row is.
        columns: the columns in order.
        day_of: the timestamp column that partitions by day.
    """

    name: str
    doc: str
    columns: tuple[Column, ...]
    day_of: str

    def schema(self) -> Schema:
        """The Iceberg schema, ids counted from 1."""
        return Schema(
            *(
                NestedField(number, column.name, column.type, column.required, column.doc)
                for number, column in enumerate(self.columns, 1)
            )
        )

    def partitions(self) -> PartitionSpec:
        """One partition a day of `day_of` (UTC)."""
        source = next(n for n, column in enumerate(self.columns, 1) if column.name == self.day_of)
        return PartitionSpec(
            PartitionField(source, 1000, DayTransform(), f"{self.day_of}_day"),
        )


_ids = count(1000)


def _struct(*fields: tuple[str, IcebergType, str]) -> StructType:
    return StructType(
        *(NestedField(next(_ids), name, type_, False, doc) for name, type_, doc in fields)
    )


def _list(element: IcebergType) -> ListType:
    return ListType(next(_ids), element, False)


def _position() -> StructType:
    return _struct(
        ("topic", TEXT, "Kafka topic."),
        ("partition", INT, "Partition of the topic."),
        ("offset", LONG, "Offset in the partition."),
    )


_MATCH = (
    Column("match_id", TEXT, "Hash of rule, version, key and matched identities.", True),
    Column("rule_id", TEXT, "The rule.", True),
    Column("rule_version", INT, "Version of the rule.", True),
    Column("key", TEXT, "The entity; several key fields are joined by |.", True),
    Column("start_time", TIME, "Event time of the first matched event.", True),
    Column("end_time", TIME, "Event time of the last matched event.", True),
    Column("detected_at", TIME, "Wall clock when the watermark had passed the last event."),
)

_CONTENT = (
    Column("fingerprint", TEXT, "Sha256 of the rule's structure."),
    Column("severity", TEXT, "Severity as the rule states it."),
    Column("shadow", BOOLEAN, "Whether the rule only observes."),
    Column("measures", TEXT, "The rule's measures by name, a JSON object."),
    Column("summary", TEXT, "One sentence for a person."),
    Column(
        "events",
        _list(
            _struct(
                ("stage", TEXT, "Stage that took the event."),
                ("stream", TEXT, "Stream of the event."),
                ("event_time", TIME, "Event time."),
                ("topic", TEXT, "Kafka topic."),
                ("partition", INT, "Partition of the topic."),
                ("offset", LONG, "Offset in the partition."),
                ("identity", TEXT, "Identity as the stream declares it."),
            )
        ),
        "The matched events in order.",
    ),
)

_WINDOW = (
    Column("window_status", TEXT, "ok, short_history, nan, evicted or none."),
    Column("window_start", TIME, "Event time of the window's first sample."),
    Column("window_end", TIME, "Event time of the window's last sample."),
    Column("window_first", _position(), "Position of the window's first sample."),
    Column("window_last", _position(), "Position of the window's last sample."),
)

_MODEL = (
    Column("model_name", TEXT, "Name on the model's card; null when no model saw the match."),
    Column("model_version", TEXT, "Version on the model's card."),
    Column("model_sha256", TEXT, "Sha256 of model.onnx."),
    Column("provider", TEXT, "ONNX Runtime execution provider that was really used."),
)

MATCHES = TableDefinition(
    "matches",
    "A complete match of a rule.",
    (
        *_MATCH,
        *_CONTENT,
        *_WINDOW,
        Column(
            "window_values",
            _list(FloatType()),
            "The window's samples [channels * length], one channel after the other.",
        ),
    ),
    "end_time",
)

TIMEOUTS = TableDefinition(
    "timeouts",
    "A partial match that ran out of time.",
    (*_MATCH, *_CONTENT, Column("timed_out_at", TIME, "Event time at which it expired.")),
    "end_time",
)

SCORES = TableDefinition(
    "scores",
    "What the model made of one window.",
    (
        *_MATCH,
        *_WINDOW,
        Column("score", DOUBLE, "The score; null when it is not a finite number."),
        Column("score_status", TEXT, "ok or invalid."),
        Column(
            "outputs",
            MapType(next(_ids), TEXT, next(_ids), DOUBLE, False),
            "Every output of the model as it gave it, NaN included.",
        ),
        Column("threshold", DOUBLE, "What the score was held against."),
        Column("alerted", BOOLEAN, "Whether an alert was raised."),
        Column("scored_at", TIME, "Wall clock when the batch had been scored."),
        *_MODEL,
    ),
    "end_time",
)

ALERTS = TableDefinition(
    "alerts",
    "An alert, as it went to the topic.",
    (
        Column(
            "alert_id",
            TEXT,
            "Hash of the match id and of the model, numbers of machines included.",
            True,
        ),
        *_MATCH,
        *_CONTENT,
        *_WINDOW,
        Column("score", DOUBLE, "The model's score; null when there is none."),
        Column("threshold", DOUBLE, "What the score was held against."),
        Column("score_status", TEXT, "ok, invalid or unscored."),
        Column("scored_at", TIME, "Wall clock when the batch had been scored."),
        Column("created_at", TIME, "Wall clock when the alert was made."),
        *_MODEL,
    ),
    "end_time",
)

DEAD_LETTERS = TableDefinition(
    "dead_letters",
    "A record that did not become an event.",
    (
        Column("stream", TEXT, "The stream it was read for.", True),
        Column("reason", TEXT, "Why, a stable code.", True),
        Column("detail", TEXT, "What was found and what was expected."),
        Column("topic", TEXT, "Kafka topic.", True),
        Column("partition", INT, "Partition of the topic.", True),
        Column("offset", LONG, "Offset in the partition.", True),
        Column("record_time", TIME, "The Kafka record's timestamp.", True),
        Column("record_key", BYTES, "The record's key as it was."),
        Column("record_value", BYTES, "The record's value as it was."),
    ),
    "record_time",
)

LATE_EVENTS = TableDefinition(
    "late_events",
    "An event that came after its time.",
    (
        Column("stream", TEXT, "Stream of the event.", True),
        Column("key", TEXT, "The entity; several key fields are joined by |."),
        Column("event_time", TIME, "Event time.", True),
        Column("partition_time", TIME, "Greatest event time seen before it in its partition."),
        Column("lateness_ms", LONG, "By how much it was older than allowed, milliseconds."),
        Column("topic", TEXT, "Kafka topic.", True),
        Column("partition", INT, "Partition of the topic.", True),
        Column("offset", LONG, "Offset in the partition.", True),
        Column("event", TEXT, "The event, a JSON object."),
    ),
    "event_time",
)

TABLES = {
    table.name: table for table in (MATCHES, TIMEOUTS, SCORES, ALERTS, DEAD_LETTERS, LATE_EVENTS)
}


def events_table(stream: str, fields: Iterable[Mapping[str, Any]]) -> TableDefinition:
    """The table of a stream's events.

    Args:
        stream: name of the stream.
        fields: its fields as a plan holds them: `name` and `type`.
    """
    return TableDefinition(
        f"events_{stream}",
        f"An event of the stream {stream}.",
        (
            *(
                Column(field["name"], FIELD_TYPES[field["type"]], f"Field {field['name']}.")
                for field in fields
            ),
            Column("_topic", TEXT, "Kafka topic.", True),
            Column("_partition", INT, "Partition of the topic.", True),
            Column("_offset", LONG, "Offset in the partition.", True),
            Column("_event_time", TIME, "Event time.", True),
        ),
        "_event_time",
    )


def tables_of_plan(plan: Mapping[str, Any]) -> list[TableDefinition]:
    """The tables that the job of `plan` writes; empty when it has no Iceberg sink."""
    iceberg = plan["sinks"]["iceberg"]
    if iceberg is None:
        return []
    return [TABLES[name] for name in iceberg["tables"]] + [
        events_table(stream["name"], stream["fields"])
        for stream in plan["streams"]
        if stream["store"]
    ]
