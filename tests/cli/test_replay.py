"""`tidegate replay` on a real broker."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastavro
import orjson
import pyarrow as pa
import pytest
from pyarrow import parquet

import schemas
from connectors.kafka import messages
from tests.cli.command import tidegate

HEADER = "transaction_id;card;customer_id;amount;location;Time"
SCHEMA = "schemas/transaction.avsc"
ROWS = [
    "1;c1;u1;12.5;x;2024-01-01T00:00:00Z",
    "2;c1;u1;abc;x;2024-01-01T00:00:01Z",
    "3;c2;u2;7;y;2024-01-01 00:00:02",
    "4;c2;u2;7;2024-01-01T00:00:03Z",
    "5;c2;u2;7;;2024-01-01T00:00:03Z",
    "6;c1;u1;0.5;z;2024-01-01T00:00:04+00:00",
]
MAP = ("--map", "card=card_number", "--map", "Time=ts")


def transactions(bootstrap: str, topic: str) -> list[tuple[bytes, dict[str, Any]]]:
    schema = fastavro.parse_schema(schemas.load("transaction.avsc"))
    return [
        (m.key, fastavro.schemaless_reader(io.BytesIO(m.value), schema, None))  # type: ignore[misc]
        for m in messages(bootstrap, [topic])
    ]


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "payments.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n")
    return path


def test_a_csv_is_sent_and_what_does_not_fit_is_named(
    csv: Path, kafka_bootstrap: str, topic: Callable[..., str]
) -> None:
    name = topic()
    done = tidegate(
        *("replay", str(csv), "--topic", name, "--schema", SCHEMA, *MAP),
        *("--set", "merchant_category=shop", "--key", "card_number", "--speed", "max"),
        kafka=kafka_bootstrap,
    )
    assert done.returncode == 1
    assert done.stdout == "events sent: 3\n"
    assert done.stderr.splitlines() == [
        f"not sent: {csv}:3: column 'amount': found 'abc', expected a number",
        f"not sent: {csv}:5: found 5 cells, expected 6",
        f"not sent: {csv}:6: column 'location': found nothing, expected text",
        "rows not sent: 3",
    ]
    read = transactions(kafka_bootstrap, name)
    assert [(key, event["transaction_id"], event["amount"]) for key, event in read] == [
        (b"c1", "1", 12.5),
        (b"c2", "3", 7.0),
        (b"c1", "6", 0.5),
    ]
    assert {event["merchant_category"] for _, event in read} == {"shop"}
    assert [event["ts"].second for _, event in read] == [0, 2, 4]


def test_a_mapping_file_does_what_many_flags_do(
    csv: Path, tmp_path: Path, kafka_bootstrap: str, topic: Callable[..., str]
) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("columns: {card: card_number, Time: ts}\nset: {merchant_category: shop}\n")
    by_flags, by_file = topic("flags"), topic("file")
    common = ("replay", str(csv), "--schema", SCHEMA, "--speed", "max")
    flags = (*MAP, "--set", "merchant_category=shop")
    tidegate(*common, "--topic", by_flags, *flags, kafka=kafka_bootstrap)
    tidegate(*common, "--topic", by_file, "--mapping", str(mapping), kafka=kafka_bootstrap)
    read = transactions(kafka_bootstrap, by_file)
    assert len(read) == 3
    assert read == transactions(kafka_bootstrap, by_flags)


def test_parquet_goes_out_as_json_into_a_topic_that_is_made(
    tmp_path: Path, kafka_bootstrap: str
) -> None:
    path = tmp_path / "a.parquet"
    stamps = pa.array([1_700_000_000_000_000_000, 1_700_000_001_000_000_000], pa.timestamp("ns"))
    parquet.write_table(pa.table({"id": [1, 2], "at": stamps}), path)
    name = f"made-by-replay-{tmp_path.name}"
    arguments = ("replay", str(path), "--topic", name, "--format", "json", "--event-time", "at")
    done = tidegate(*arguments, "--speed", "100", "--partitions", "1", kafka=kafka_bootstrap)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "events sent: 2\n"
    read = [orjson.loads(message.value) for message in messages(kafka_bootstrap, [name])]
    assert read == [
        {"id": 1, "at": "2023-11-14T22:13:20Z"},
        {"id": 2, "at": "2023-11-14T22:13:21Z"},
    ]


def test_an_empty_file_sends_nothing(
    tmp_path: Path, kafka_bootstrap: str, topic: Callable[..., str]
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("")
    done = tidegate(
        "replay", str(path), "--topic", topic(), "--schema", SCHEMA, kafka=kafka_bootstrap
    )
    assert (done.returncode, done.stdout) == (0, "events sent: 0\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.csv", "--schema", SCHEMA), r"none\.csv: no such file"),
        (("README.md", "--schema", SCHEMA), r"README\.md: unknown kind of file '\.md'"),
        (("CSV",), "Avro messages need a schema: --schema FILE"),
        (("CSV", "--schema", "none.avsc"), r"none\.avsc: not an Avro schema: .*No such file"),
        (("CSV", "--schema", "Makefile"), "Makefile: not an Avro schema: "),
        (("CSV", "--schema", SCHEMA), "nothing fills field 'card_number'; the columns are "),
        (("CSV", "--schema", SCHEMA, "--map", "Time"), "'Time': expected --map COLUMN=FIELD"),
        (("CSV", "--set", "a=b"), "--set needs --schema"),
        (("CSV", "--schema", SCHEMA, "--mapping", "Makefile"), "Makefile: "),
        (("CSV", "--schema", SCHEMA, *MAP), "no Kafka broker answers at localhost:1 "),
    ],
)
def test_a_users_mistake_is_one_line(arguments: tuple[str, ...], message: str, csv: Path) -> None:
    arguments = tuple(str(csv) if argument == "CSV" else argument for argument in arguments)
    done = tidegate("replay", *arguments, "--topic", "t", kafka="localhost:1")
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.fullmatch(rf"error: .*{message}.*\n", done.stderr), done.stderr
