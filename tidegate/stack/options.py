"""Options of the local stack."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tidegate.options import Option, Settings, count, memory, port
from tidegate.stack.jars import ROOT

DATA: Option[Path] = Option(
    "stack.data", Path, ROOT / "build" / "stack", "Folder of the stack's data, logs and state."
)
OPERATORS_JAR: Option[Path] = Option(
    "operators.jar",
    Path,
    ROOT / "operators" / "target" / "tidegate-operators.jar",
    "The jar of the JVM module.",
)
KAFKA_PORT = Option("kafka.port", port, 9092, "Port of the Kafka broker.")
CONTROLLER_PORT = Option(
    "kafka.controller.port", port, 9093, "Port of the broker's KRaft controller."
)
KAFKA_HEAP = Option("kafka.heap", memory, "512m", "Heap of the Kafka broker.")
FLINK_PORT = Option("flink.port", port, 8081, "Port of Flink's REST interface and web page.")
RPC_PORT = Option("flink.rpc.port", port, 6123, "Port between JobManager and TaskManager.")
SLOTS: Option[int | None] = Option(
    "flink.slots", count, None, "Task slots; without it flink-conf decides."
)
JOBMANAGER_MEMORY: Option[str | None] = Option(
    "flink.jobmanager.memory",
    memory,
    None,
    "Process memory of the JobManager; without it flink-conf decides.",
)
TASKMANAGER_MEMORY: Option[str | None] = Option(
    "flink.taskmanager.memory",
    memory,
    None,
    "Process memory of the TaskManager; without it flink-conf decides.",
)
PROFILE: Option[str | None] = Option(
    "stack.profile", str, None, "Profile of flink-conf, or a YAML file, to lay over config.yaml."
)
READY_SECONDS = Option(
    "stack.ready.seconds", count, 120, "Longest wait for a process to answer, in seconds."
)


@dataclass(frozen=True)
class StackOptions:
    """All options of one local stack, resolved.

    Attributes are those of the module's options; memory sizes are text such as `512m`, None means
    that flink-conf decides.
    """

    data: Path
    operators_jar: Path
    kafka_port: int
    controller_port: int
    kafka_heap: str
    flink_port: int
    rpc_port: int
    slots: int | None
    jobmanager_memory: str | None
    taskmanager_memory: str | None
    profile: str | None
    ready_seconds: int

    @classmethod
    def resolve(cls, settings: Settings | None = None, **flags: Any) -> StackOptions:
        """Options from flags over environment over file over default.

        Args:
            settings: where to look; the process's own when None.
            **flags: values by attribute name; None means not given.

        Raises:
            OptionError: when a value is not of its option's type.
        """
        settings = Settings.load() if settings is None else settings
        return cls(
            data=Path(settings.get(DATA, flags.get("data"))).absolute(),
            operators_jar=Path(settings.get(OPERATORS_JAR, flags.get("operators_jar"))).absolute(),
            kafka_port=settings.get(KAFKA_PORT, flags.get("kafka_port")),
            controller_port=settings.get(CONTROLLER_PORT, flags.get("controller_port")),
            kafka_heap=settings.get(KAFKA_HEAP, flags.get("kafka_heap")),
            flink_port=settings.get(FLINK_PORT, flags.get("flink_port")),
            rpc_port=settings.get(RPC_PORT, flags.get("rpc_port")),
            slots=settings.get(SLOTS, flags.get("slots")),
            jobmanager_memory=settings.get(JOBMANAGER_MEMORY, flags.get("jobmanager_memory")),
            taskmanager_memory=settings.get(TASKMANAGER_MEMORY, flags.get("taskmanager_memory")),
            profile=settings.get(PROFILE, flags.get("profile")),
            ready_seconds=settings.get(READY_SECONDS, flags.get("ready_seconds")),
        )

    @property
    def bootstrap(self) -> str:
        """Kafka bootstrap address."""
        return f"localhost:{self.kafka_port}"

    @property
    def flink_rest(self) -> str:
        """Base URL of Flink's REST interface."""
        return f"http://localhost:{self.flink_port}"

    def to_json(self) -> dict[str, Any]:
        """JSON form, read by `from_json`."""
        return {k: str(v) if isinstance(v, Path) else v for k, v in asdict(self).items()}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> StackOptions:
        """Options that `to_json` wrote."""
        values = dict(document)
        for name in ("data", "operators_jar"):
            values[name] = Path(values[name])
        return cls(**values)
