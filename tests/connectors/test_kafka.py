"""Topics, producer and reader on a real broker."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.kafka import (
    REPLAY_TOPIC,
    Producer,
    admin,
    ensure_topic,
    messages,
    require_broker,
    topics,
)
from tests.cluster import free_port
from tidegate.errors import KafkaError


def test_a_topic_is_made_once_with_its_settings(
    kafka_bootstrap: str, topic: Callable[..., str]
) -> None:
    name = topic(partitions=3)
    assert not ensure_topic(kafka_bootstrap, name, 5, REPLAY_TOPIC)
    with admin(kafka_bootstrap) as client:
        [described] = client.describe_topics([name])
        assert len(described["partitions"]) == 3
    assert name in topics(kafka_bootstrap)


def test_the_stacks_broker_stamps_records_itself_and_keeps_old_ones(
    kafka_bootstrap: str, topic: Callable[..., str]
) -> None:
    from kafka.admin import ConfigResource, ConfigResourceType

    name = topic()
    with admin(kafka_bootstrap) as client:
        configs = client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    text = str(configs)
    assert "LogAppendTime" in text
    assert "retention.ms" in text


def test_a_name_that_is_not_allowed_is_refused_in_one_line(kafka_bootstrap: str) -> None:
    with pytest.raises(KafkaError, match="'a b' cannot be created: Topic name is invalid") as error:
        ensure_topic(kafka_bootstrap, "a b")
    assert "\n" not in str(error.value)


def test_what_is_sent_is_what_is_read(kafka_bootstrap: str, topic: Callable[..., str]) -> None:
    name = topic(partitions=2)
    producer = Producer(kafka_bootstrap)
    sent = {(str(n).encode(), b"value %d" % n) for n in range(500)}
    for key, value in sent:
        producer.send(name, value, key)
    producer.close()
    assert producer.acknowledged == producer.sent == 500
    read = list(messages(kafka_bootstrap, [name]))
    assert {(message.key, message.value) for message in read} == sent
    assert len(read) == 500


def test_reading_from_now_skips_what_is_there(
    kafka_bootstrap: str, topic: Callable[..., str]
) -> None:
    name = topic()
    producer = Producer(kafka_bootstrap)
    producer.send(name, b"old")
    producer.close()
    assert list(messages(kafka_bootstrap, [name], from_beginning=False)) == []


def test_an_event_that_the_broker_refuses_is_not_counted_as_sent(
    kafka_bootstrap: str, topic: Callable[..., str]
) -> None:
    from kafka.admin import ConfigResource, ConfigResourceType

    name = topic()
    with admin(kafka_bootstrap) as client:
        limit = ConfigResource(ConfigResourceType.TOPIC, name, {"max.message.bytes": "1000"})
        client.alter_configs([limit])
    producer = Producer(kafka_bootstrap)
    producer.send(name, b"x" * 5000)
    with pytest.raises(KafkaError, match="0 of 1 events acknowledged"):
        producer.close()


def test_a_topic_that_does_not_exist_is_named(kafka_bootstrap: str) -> None:
    with pytest.raises(KafkaError, match="topic 'no-such-topic' does not exist"):
        list(messages(kafka_bootstrap, ["no-such-topic"]))


def test_a_broker_that_is_not_there_is_said_at_once() -> None:
    port = free_port()
    for call in (require_broker, Producer, topics):
        with pytest.raises(
            KafkaError, match=rf"no Kafka broker answers at localhost:{port}.*stack up"
        ):
            call(f"localhost:{port}")
    with pytest.raises(KafkaError, match="expected host:port"):
        require_broker("localhost")
