"""The rules log and the status topic of a pipeline on its broker."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, TypeVar

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka import errors as kafka_errors

from connectors.kafka import messages, require_broker
from tidegate.errors import KafkaError
from tidegate.rules_log import Status, change_of

Record = TypeVar("Record")

CREATE = "start the pipeline's job with --create-topics, or create it with 1 partition"


class RulesTopics:
    """Writes changes and reads what became of them.

    Args:
        bootstrap: addresses of brokers.
        log: the rules log.
        status: the status topic.

    Attributes:
        left_out: one line for each topic that was read and holds what others may have written.

    Raises:
        KafkaError: when no broker answers.
    """

    def __init__(self, bootstrap: str, log: str, status: str) -> None:
        require_broker(bootstrap)
        self._servers = bootstrap.split(",")
        self._bootstrap = bootstrap
        self._log, self._status = log, status
        self.left_out: list[str] = []

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
            raise KafkaError(
                f"topic {self._log}: not appended: {error}; see that this user may write there"
            ) from error

    def changes(self) -> list[dict[str, Any]]:
        """The changes of the log, in its order; what is no change is left out, see `left_out`.

        Raises:
            KafkaError: when the topic does not exist.
        """
        return self._records(self._log, "changes", change_of)

    def statuses(self) -> list[Status]:
        """All statuses of the status topic, in its order; what is none is left out.

        Raises:
            KafkaError: when the topic does not exist.
        """
        return self._records(self._status, "statuses", Status.of)

    def _records(
        self, topic: str, kind: str, read: Callable[[bytes | None], Record | None]
    ) -> list[Record]:
        try:
            found = [read(message.value) for message in messages(self._bootstrap, [topic])]
        except KafkaError as error:
            hint = f"; {CREATE}" if " does not exist at " in str(error) else ""
            raise KafkaError(f"{error}{hint}") from error
        records = [record for record in found if record is not None]
        if len(records) < len(found):
            left = len(found) - len(records)
            self.left_out.append(f"topic {topic}: {left} records are no {kind} and were left out")
        return records

    @contextmanager
    def follow(
        self, wait_s: float, clock: Callable[[], float] = time.monotonic
    ) -> Iterator[Iterator[Status]]:
        """What the status topic gets from now on, for so long; reading has begun on entry.

        Raises:
            KafkaError: when the topic or the log does not exist.
        """
        try:
            with closing(
                KafkaConsumer(
                    bootstrap_servers=self._servers,
                    enable_auto_commit=False,
                    allow_auto_create_topics=False,
                    fetch_max_wait_ms=50,
                )
            ) as consumer:
                for topic in (self._status, self._log):
                    if not consumer.partitions_for_topic(topic):
                        raise KafkaError(
                            f"topic {topic!r} does not exist at {self._bootstrap}; {CREATE}"
                        )
                numbers = consumer.partitions_for_topic(self._status)
                partitions = [TopicPartition(self._status, number) for number in sorted(numbers)]
                consumer.assign(partitions)
                for partition, offset in consumer.end_offsets(partitions).items():
                    consumer.seek(partition, offset)
                yield self._following(consumer, clock, clock() + wait_s)
        except kafka_errors.KafkaError as error:
            raise KafkaError(f"{self._bootstrap}: {error}") from error

    @staticmethod
    def _following(
        consumer: KafkaConsumer, clock: Callable[[], float], deadline: float
    ) -> Iterator[Status]:
        while clock() < deadline:
            for batch in consumer.poll(timeout_ms=100).values():
                yield from filter(None, (Status.of(one.value) for one in batch))
