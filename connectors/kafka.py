"""Kafka: topics, a producer that counts what is acknowledged, a reader of whole topics."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka import errors as kafka_errors

from tidegate.errors import KafkaError
from tidegate.options import Option

BOOTSTRAP = Option("kafka", str, "localhost:9092", "Kafka bootstrap addresses, host:port,...")

# A topic for replayed events: record time is append time, and old events are kept.
REPLAY_TOPIC: Mapping[str, str] = {"message.timestamp.type": "LogAppendTime", "retention.ms": "-1"}


def require_broker(bootstrap: str) -> None:
    """Find out at once whether a broker listens; the client itself would try for half a minute.

    Raises:
        KafkaError: when none of the addresses accepts a connection.
    """
    reason: Exception | str = "no address"
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
            return
        except ValueError as error:
            raise KafkaError(f"{address!r}: expected host:port") from error
        except OSError as error:
            reason = error
    raise KafkaError(
        f"no Kafka broker answers at {bootstrap} ({reason}); "
        f"start one with `tidegate stack up` or set {BOOTSTRAP.variable}"
    )


@contextmanager
def admin(bootstrap: str) -> Iterator[KafkaAdminClient]:
    """An admin client, closed at the end.

    Raises:
        KafkaError: when no broker answers.
    """
    require_broker(bootstrap)
    try:
        client = KafkaAdminClient(bootstrap_servers=bootstrap.split(","))
    except kafka_errors.KafkaError as error:
        raise KafkaError(f"{bootstrap}: {error}") from error
    try:
        yield client
    finally:
        client.close()


def ensure_topic(
    bootstrap: str, topic: str, partitions: int = -1, config: Mapping[str, str] | None = None
) -> bool:
    """Create a topic unless it exists; returns whether it was created.

    Args:
        bootstrap: addresses of brokers.
        topic: its name.
        partitions: how many; -1 for the broker's default. An existing topic keeps its own.
        config: topic settings such as `retention.ms`.

    Raises:
        KafkaError: when no broker answers, the name is not allowed, or the right is missing.
    """
    with admin(bootstrap) as client:
        if topic in client.list_topics():
            return False
        wanted = {topic: {"num_partitions": partitions, "configs": dict(config or {})}}
        try:
            answer = client.create_topics(wanted, raise_errors=False)["topics"][0]
        except kafka_errors.KafkaError as error:
            raise KafkaError(f"{bootstrap}: {error}") from error
        if answer["error_code"] == kafka_errors.TopicAlreadyExistsError.errno:
            return False
        if answer["error_code"] != 0:
            reason = answer["error_message"] or kafka_errors.for_code(answer["error_code"]).__name__
            raise KafkaError(f"topic {topic!r} cannot be created: {reason}")
        client.wait_for_topics([topic])
        return True


class Producer:
    """Sends events and knows how many were acknowledged.

    Raises:
        KafkaError: when no broker answers.
    """

    def __init__(self, bootstrap: str) -> None:
        require_broker(bootstrap)
        self.sent = 0
        self.acknowledged = 0
        self._failure: Exception | None = None
        self._producer = KafkaProducer(
            bootstrap_servers=bootstrap.split(","),
            linger_ms=20,
            batch_size=128 * 1024,
            max_block_ms=30_000,
            delivery_timeout_ms=60_000,
            allow_auto_create_topics=False,
        )

    def send(self, topic: str, value: bytes, key: bytes | None = None) -> None:
        """Hand over one event; it goes out in a batch.

        Raises:
            KafkaError: when an earlier event was refused, or the broker takes no more.
        """
        if self._failure is not None:
            raise self._refused()
        try:
            future = self._producer.send(topic, value=value, key=key)
        except (kafka_errors.KafkaError, ValueError) as error:
            self._failure = error
            raise self._refused() from error
        self.sent += 1
        future.add_callback(self._on_acknowledged)
        future.add_errback(self._on_refused)

    def close(self) -> None:
        """Wait until all events are acknowledged.

        Raises:
            KafkaError: when some were not; says how many and why.
        """
        try:
            self._producer.flush(timeout=60)
        except kafka_errors.KafkaError as error:
            self._failure = self._failure or error
        finally:
            self._producer.close(timeout=10)
        if self._failure is not None or self.acknowledged != self.sent:
            raise self._refused()

    def _on_acknowledged(self, _: Any) -> None:
        self.acknowledged += 1

    def _on_refused(self, error: Exception) -> None:
        self._failure = self._failure or error

    def _refused(self) -> KafkaError:
        return KafkaError(
            f"{self.acknowledged} of {self.sent} events acknowledged, then: {self._failure}"
        )


def topics(bootstrap: str) -> list[str]:
    """Names of all topics but Kafka's own, sorted.

    Raises:
        KafkaError: when no broker answers.
    """
    with admin(bootstrap) as client:
        return sorted(name for name in client.list_topics() if not name.startswith("__"))


def messages(
    bootstrap: str,
    names: Iterable[str],
    from_beginning: bool = True,
    follow: bool = False,
) -> Iterator[Any]:
    """Committed messages of topics as kafka-python's ConsumerRecords, outside any consumer group.

    Args:
        bootstrap: addresses of brokers.
        names: topics to read.
        from_beginning: from the first message, else from those that come now.
        follow: wait for more for ever, else end at the offsets found at the start.

    Raises:
        KafkaError: when no broker answers or a topic does not exist.
    """
    require_broker(bootstrap)
    try:
        consumer = KafkaConsumer(
            bootstrap_servers=bootstrap.split(","),
            isolation_level="read_committed",
            enable_auto_commit=False,
            allow_auto_create_topics=False,
        )
    except kafka_errors.KafkaError as error:
        raise KafkaError(f"{bootstrap}: {error}") from error
    try:
        partitions = []
        for name in names:
            found = consumer.partitions_for_topic(name)
            if not found:
                raise KafkaError(f"topic {name!r} does not exist at {bootstrap}")
            partitions += [TopicPartition(name, number) for number in sorted(found)]
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        starts = consumer.beginning_offsets(partitions) if from_beginning else ends
        for partition, offset in starts.items():
            consumer.seek(partition, offset)
        while follow or any(consumer.position(p) < ends[p] for p in partitions):
            for batch in consumer.poll(timeout_ms=500).values():
                for message in batch:
                    if (
                        follow
                        or message.offset < ends[TopicPartition(message.topic, message.partition)]
                    ):
                        yield message
    except kafka_errors.KafkaError as error:
        raise KafkaError(f"{bootstrap}: {error}") from error
    finally:
        consumer.close()
