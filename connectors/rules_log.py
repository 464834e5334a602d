"""The rules log and the status topic of a pipeline on its broker."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka import errors as kafka_errors

from connectors.kafka import messages, require_broker
from tidegate.errors import KafkaError
from tidegate.rules_log import Status

CREATE = "start the pipeline's job with --create-topics, or create it with 1 partition"


class RulesTopics:
    """Writes changes and reads what became of them.

    Args:
        bootstrap: addresses of brokers.
        log: the rules log.
        status: the status topic.

    Raises:
        KafkaError: when no broker answers, or a topic does not exist.
    """

    def __init__(self, bootstrap: str, log: str, status: str) -> None:
        require_broker(bootstrap)
        self._servers = bootstrap.split(",")
        self._bootstrap = bootstrap
        self._log, self._status = log, status

    def append(self, records: list[Mapping[str, Any]]) -> None:
        """Append changes to the log, acknowledged when this returns.

        Raises:
            KafkaError: when the broker takes one not.
        """
        try:
            with closing(
                KafkaProducer(
                    bootstrap_servers=self._servers,
                    acks="all",
                    allow_auto_create_topics=False,
                    max_block_ms=10_000,
                )
            ) as producer:
                for record in records:
                    value = json.dumps(record, ensure_ascii=False).encode()
                    producer.send(self._log, value, str(record["rule"]).encode()).get(timeout=15)
        except kafka_errors.KafkaError as error:
            raise KafkaError(f"topic {self._log}: not appended: {error}; {CREATE}") from error

    def changes(self) -> list[dict[str, Any]]:
        """The changes of the log, in its order; what is no change is left out.

        Raises:
            KafkaError: when the topic does not exist.
        """
        found = []
        for message in self._read(self._log):
            try:
                record = json.loads(message.value or b"")
            except ValueError:
                continue
            if isinstance(record, dict) and "request" in record:
                found.append(record)
        return found

    def statuses(self) -> list[Status]:
        """All that the status topic holds, in its order.

        Raises:
            KafkaError: when the topic does not exist.
        """
        found = (Status.of(message.value) for message in self._read(self._status))
        return [status for status in found if status is not None]

    def _read(self, topic: str) -> Iterator[Any]:
        try:
            yield from messages(self._bootstrap, [topic])
        except KafkaError as error:
            raise KafkaError(f"{error}; {CREATE}") from error

    @contextmanager
    def follow(
        self, wait_s: float, clock: Callable[[], float] = time.monotonic
    ) -> Iterator[Iterator[Status]]:
        """What the status topic gets from now on, for so long; reading has begun on entry.

        Raises:
            KafkaError: when the topic does not exist.
        """
        with closing(
            KafkaConsumer(
                bootstrap_servers=self._servers,
                enable_auto_commit=False,
                allow_auto_create_topics=False,
                fetch_max_wait_ms=50,
            )
        ) as consumer:
            found = consumer.partitions_for_topic(self._status)
            if not found:
                raise KafkaError(
                    f"topic {self._status!r} does not exist at {self._bootstrap}; {CREATE}"
                )
            partitions = [TopicPartition(self._status, number) for number in sorted(found)]
            consumer.assign(partitions)
            for partition, offset in consumer.end_offsets(partitions).items():
                consumer.seek(partition, offset)
            yield self._following(consumer, clock, clock() + wait_s)

    @staticmethod
    def _following(
        consumer: KafkaConsumer, clock: Callable[[], float], deadline: float
    ) -> Iterator[Status]:
        while clock() < deadline:
            for batch in consumer.poll(timeout_ms=100).values():
                yield from filter(None, (Status.of(one.value) for one in batch))
