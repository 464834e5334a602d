"""Streams and scopes that several tests share."""

import schemas
from tidegate.scope import Scope
from tidegate.streams import Decoder, EventTime, FieldType, Stream, fields_from_avro

TRANSACTION = schemas.text("transaction.avsc")
COBOT_READING = schemas.text("cobot_reading.avsc")


def stream(name="transactions", schema=TRANSACTION, key=("card_number",), **options):
    return Stream(
        name=name,
        topics=(f"topic-{name}",),
        fields=fields_from_avro(schema, f"{name}.avsc"),
        decoder=Decoder("avro", schema),
        event_time=EventTime("ts", "ms"),
        key=key,
        **options,
    )


TRANSACTIONS = stream()
JOINTS = stream("joints", COBOT_READING, ("robot_id",))

CONDITION = Scope(
    "rule r, stage b, where",
    current=(TRANSACTIONS,),
    stages={"a": (TRANSACTIONS,), "b": (TRANSACTIONS,)},
    unreachable={"c": "it comes after this stage"},
    parameters={"limit": FieldType.DOUBLE, "name": FieldType.STRING},
)
MEASURE = Scope(
    "rule r, measure m",
    stages={"a": (TRANSACTIONS,), "b": (TRANSACTIONS,)},
    parameters={"limit": FieldType.DOUBLE},
    match_times=True,
)
