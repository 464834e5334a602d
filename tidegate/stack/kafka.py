"""A Kafka broker in one process: KRaft controller and broker together."""

from __future__ import annotations

import base64
import socket
import subprocess
import uuid
from pathlib import Path

from tidegate.errors import StackError
from tidegate.stack.jars import cached, read_manifest
from tidegate.stack.options import StackOptions
from tidegate.stack.processes import Started, java, last_words, spawn

# Record time is append time: whether an event's own time lies too far in the future is judged
# against it. Kept for ever, because replayed events are old by nature. Topics are created by name,
# so that a mistyped one is an error and no empty topic.
SERVER_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@localhost:{controller_port}
listeners=PLAINTEXT://localhost:{kafka_port},CONTROLLER://localhost:{controller_port}
advertised.listeners=PLAINTEXT://localhost:{kafka_port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={logs}
log.message.timestamp.type=LogAppendTime
log.retention.ms=-1
auto.create.topics.enable=false
num.partitions=2
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
"""

LOG4J_PROPERTIES = """\
rootLogger.level=INFO
rootLogger.appenderRef.file.ref=file
appender.file.name=file
appender.file.type=RollingFile
appender.file.fileName={log}
appender.file.filePattern={log}.%i
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d %p %m (%c)%n%throwable
appender.file.policies.type=Policies
appender.file.policies.size.type=SizeBasedTriggeringPolicy
appender.file.policies.size.size=20MB
appender.file.strategy.type=DefaultRolloverStrategy
appender.file.strategy.max=3
"""


def start(options: StackOptions) -> Started:
    """Start the broker on the data folder of the options, which is formatted when it is new.

    Raises:
        StackError: when Java is missing or the folder cannot be formatted.
        JarError: when a jar is missing.
    """
    folder = options.data / "kafka"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "kafka.log"
    properties = folder / "server.properties"
    properties.write_text(
        SERVER_PROPERTIES.format(
            kafka_port=options.kafka_port,
            controller_port=options.controller_port,
            logs=folder / "logs",
        )
    )
    log4j = folder / "log4j2.properties"
    log4j.write_text(LOG4J_PROPERTIES.format(log=log))
    command = [
        java(),
        f"-Xmx{options.kafka_heap}",
        "-Djava.awt.headless=true",
        f"-Dlog4j2.configurationFile={log4j}",
        "-cp",
        ":".join(str(jar) for jar in cached(read_manifest()["broker"])),
    ]
    if not (folder / "logs" / "meta.properties").is_file():
        _format(command, properties, folder)
    pid = spawn([*command, "kafka.Kafka", str(properties)], folder, folder / "kafka.out")
    return Started.of("kafka", pid, log)


def _format(command: list[str], properties: Path, folder: Path) -> None:
    """Give the data folder a new cluster id."""
    # As Kafka's own ids: 16 random bytes in URL-safe base64 that do not look like an option.
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "_")
    tool = "kafka.tools.StorageTool"
    out = folder / "format.out"
    with out.open("wb") as stream:
        code = subprocess.run(
            [*command, tool, "format", "-t", cluster, "-c", str(properties)],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    if code != 0:
        raise StackError(f"kafka: {folder / 'logs'} cannot be formatted{last_words(out)}")


def ready(options: StackOptions) -> bool:
    """Whether the broker answers and takes part in its cluster."""
    # A client that finds no broker leaves its thread behind; so a connection is tried first.
    try:
        socket.create_connection(("localhost", options.kafka_port), timeout=1).close()
    except OSError:
        return False
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    try:
        admin = KafkaAdminClient(bootstrap_servers=options.bootstrap, bootstrap_timeout_ms=5000)
    except KafkaError:
        return False
    try:
        return bool(admin.describe_cluster()["brokers"])
    except KafkaError:
        return False
    finally:
        admin.close()
