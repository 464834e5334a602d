"""One run of ``jobs/detect.py`` on the session's stack: what goes in, what came out."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import fastavro
import pandas as pd
from kafka import KafkaProducer

from connectors.alerts import read_alert
from connectors.flink import FlinkRest
from connectors.iceberg import open_catalog
from connectors.kafka import REPLAY_TOPIC, ensure_topic, messages
from tests.cluster import Submitter
from tidegate.stack.options import StackOptions

PIPELINES = Path(__file__).parent / "pipelines"
LIMIT_S = 240.0


class DetectJob:
    """The main job over one pipeline, with topics and a lake of its own.

    Args:
        stack: the running stack.
        submit: the fixture that runs ``flink run``.
        name: prefix of topics, namespace of the tables.
        pipeline: pipeline file.
        lake: folder of the catalog and its tables.
        schema: Avro schema of the events, or None for JSON.
        partitions: of the events' topic.
    """

    def __init__(
        self,
        stack: StackOptions,
        submit: Submitter,
        name: str,
        pipeline: Path,
        lake: Path,
        topic: str,
        schema: Path | None,
        partitions: int = 1,
    ) -> None:
        self.name = name
        self.rest = FlinkRest(stack.flink_rest)
        self._bootstrap = stack.bootstrap
        self._submit = submit
        self._pipeline = pipeline
        self._lake = lake
        self.topic = topic
        self._schema = (
            fastavro.parse_schema(json.loads(schema.read_text())) if schema is not None else None
        )
        self.environment = {
            "TIDEGATE_KAFKA": stack.bootstrap,
            "TIDEGATE_TEST_NAME": name,
            "TIDEGATE_LAKE": str(lake),
        }
        self.id = ""
        ensure_topic(self._bootstrap, self.topic, partitions, REPLAY_TOPIC)

    def encode(self, event: Mapping[str, Any]) -> bytes:
        """An event's message value."""
        if self._schema is None:
            return json.dumps(event).encode()
        buffer = io.BytesIO()
        fastavro.schemaless_writer(buffer, self._schema, dict(event))
        return buffer.getvalue()

    def produce(self, values: Iterable[tuple[int, bytes | None]]) -> int:
        """Sends (partition, value) pairs in order; returns how many were acknowledged."""
        failures: list[BaseException] = []
        producer = KafkaProducer(
            bootstrap_servers=self._bootstrap,
            linger_ms=20,
            batch_size=256 * 1024,
            max_in_flight_requests_per_connection=1,
        )
        sent = 0
        with closing(producer):
            for partition, value in values:
                # A key, since the client sends no record without key and value.
                future = producer.send(self.topic, value, b"key", partition=partition)
                future.add_errback(failures.append)
                sent += 1
            producer.flush(timeout=60)
        assert not failures, failures[0]
        return sent

    def start(
        self,
        parallelism: int = 1,
        savepoint: str | None = None,
        preflight: bool = False,
        settings: Sequence[str] = (),
        flink: Sequence[str] = (),
    ) -> None:
        """Submits the job, with values of the pipeline and of Flink's settings set anew, and waits
        until all tasks run.
        """
        arguments = ["--pipeline", str(self._pipeline), "--create-topics"]
        arguments += ["--parallelism", str(parallelism)]
        arguments += [] if preflight else ["--no-preflight"]
        for setting in settings:
            arguments += ["--set", setting]
        self.id = self._submit(
            "jobs/detect.py",
            *arguments,
            savepoint=savepoint,
            settings=flink,
            env=self.environment,
        )
        self.rest.wait_until(
            f"start of {self.name}", lambda: self.rest.all_tasks_running(self.id), LIMIT_S
        )

    def gauge(self, name: str) -> int:
        """A counter of the job; -1 when no subtask reports it yet."""
        return int(self.rest.gauges(self.id, (name,)).get(name, -1))

    def wait_until_handled(self, read: int, pending: int) -> None:
        """Waits until all is read and only `pending` events wait for the watermark."""

        def handled() -> bool:
            state = self.rest.state(self.id)
            assert state == "RUNNING", self.rest.root_exception(self.id)
            return self.gauge("tidegate_in") == read and self.gauge("pending") == pending

        self.rest.wait_until(f"{self.name}: handling of {read} events", handled, LIMIT_S)

    def checkpoint(self) -> None:
        """Takes a checkpoint, whatever the interval."""
        self.rest.checkpoint(self.id)

    def stop(self) -> str:
        """Stops with a savepoint, which commits the tables; returns where it lies."""
        return self.rest.stop_with_savepoint(self.id, f"file://{self._lake}/savepoints")

    def table(self, table: str, namespace: str | None = None) -> pd.DataFrame:
        """All rows of a table."""
        properties = {
            "catalog-impl": "org.apache.iceberg.jdbc.JdbcCatalog",
            "uri": f"jdbc:sqlite:{self._lake}/catalog.db",
            "warehouse": f"file://{self._lake}/warehouse",
        }
        with closing(open_catalog("lake", properties)) as catalog:
            return catalog.load_table(f"{namespace or self.name}.{table}").scan().to_pandas()

    def alerts(self, topic: str | None = None) -> list[dict[str, Any]]:
        """All alerts on the topic, as a subscriber reads them."""
        names = [topic or f"{self.name}-alerts"]
        return [read_alert(m.value) for m in messages(self._bootstrap, names)]

    def messages(self, topic: str) -> list[Any]:
        """All messages of another topic of the pipeline."""
        return list(messages(self._bootstrap, [f"{self.name}-{topic}"]))


def matched_identities(matches: pd.DataFrame) -> list[tuple[str, str, tuple[int, ...]]]:
    """Rows of the matches table as (rule, key, identities in order), the identities as integers."""
    return [
        (rule, key, tuple(int(event["identity"]) for event in events))
        for rule, key, events in zip(
            matches["rule_id"], matches["key"], matches["events"], strict=True
        )
    ]
