"""`tidegate stack up|status|down` and `tidegate env`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tidegate.options import Option, memory
from tidegate.stack import options as o

app = typer.Typer(
    no_args_is_help=True,
    help="A real Kafka broker and Flink cluster on this machine.",
    rich_markup_mode="markdown",
)


def flag(option: Option[Any], **extra: Any) -> Any:
    """Flag of an option: `kafka.port` is `--kafka-port`; the help names the variable too."""
    name = "--" + option.key.removeprefix("stack.").replace(".", "-")
    default = "" if option.default is None else f", default {_shown(option.default)}"
    return typer.Option(name, help=f"{option.help} ({option.variable}{default})", **extra)


def _shown(value: Any) -> str:
    """`value`; a path as it is seen from here."""
    if isinstance(value, Path) and value.is_relative_to(Path.cwd()):
        return str(value.relative_to(Path.cwd()))
    return str(value)


Data = Annotated[Path | None, flag(o.DATA)]
OperatorsJar = Annotated[Path | None, flag(o.OPERATORS_JAR)]
KafkaPort = Annotated[int | None, flag(o.KAFKA_PORT, min=1, max=65535)]
ControllerPort = Annotated[int | None, flag(o.CONTROLLER_PORT, min=1, max=65535)]
KafkaHeap = Annotated[str | None, flag(o.KAFKA_HEAP, parser=memory)]
FlinkPort = Annotated[int | None, flag(o.FLINK_PORT, min=1, max=65535)]
RpcPort = Annotated[int | None, flag(o.RPC_PORT, min=1, max=65535)]
Slots = Annotated[int | None, flag(o.SLOTS, min=1)]
JobManagerMemory = Annotated[str | None, flag(o.JOBMANAGER_MEMORY, parser=memory)]
TaskManagerMemory = Annotated[str | None, flag(o.TASKMANAGER_MEMORY, parser=memory)]
Profile = Annotated[str | None, flag(o.PROFILE)]
ReadySeconds = Annotated[int | None, flag(o.READY_SECONDS, min=1)]


@app.command()
def up(
    data: Data = None,
    profile: Profile = None,
    kafka_port: KafkaPort = None,
    controller_port: ControllerPort = None,
    kafka_heap: KafkaHeap = None,
    flink_port: FlinkPort = None,
    rpc_port: RpcPort = None,
    slots: Slots = None,
    jobmanager_memory: JobManagerMemory = None,
    taskmanager_memory: TaskManagerMemory = None,
    operators_jar: OperatorsJar = None,
    ready_seconds: ReadySeconds = None,
) -> None:
    """Start what does not run, and wait until it answers; a second time does nothing.

    *Examples*

    `tidegate stack up`

    `tidegate stack up --profile fraud --flink-slots 4 --flink-taskmanager-memory 3g`

    `tidegate stack up --data /tmp/other --kafka-port 19092 --kafka-controller-port 19093
    --flink-port 18081 --flink-rpc-port 16123`
    """
    from tidegate.stack.local import LocalStack

    options = o.StackOptions.resolve(
        data=data,
        profile=profile,
        kafka_port=kafka_port,
        controller_port=controller_port,
        kafka_heap=kafka_heap,
        flink_port=flink_port,
        rpc_port=rpc_port,
        slots=slots,
        jobmanager_memory=jobmanager_memory,
        taskmanager_memory=taskmanager_memory,
        operators_jar=operators_jar,
        ready_seconds=ready_seconds,
    )
    LocalStack(options).up(tell=typer.echo)
    typer.echo(f"Kafka {options.bootstrap}, Flink {options.flink_rest}")


@app.command()
def status(data: Data = None) -> None:
    """Show what runs; exit code 1 when not everything does.

    *Example*

    `tidegate stack status`
    """
    from tidegate.stack import flink
    from tidegate.stack.local import LocalStack

    stack = LocalStack(o.StackOptions.resolve(data=data))
    states = stack.status()
    for one in states:
        pid = f"pid {one.pid}" if one.pid is not None else ""
        typer.echo(f"{one.name:<12} {one.state:<8} {pid:<12} {one.detail}".rstrip())
    if overview := flink.overview(stack.running_options()) if _any_running(states) else None:
        typer.echo(
            f"slots: {overview['slots-available']} of {overview['slots-total']} free, "
            f"jobs running: {overview['jobs-running']}"
        )
    if any(one.state != "running" for one in states):
        raise typer.Exit(1)


def _any_running(states: list[Any]) -> bool:
    return any(one.state == "running" for one in states)


@app.command()
def down(data: Data = None) -> None:
    """Stop what `up` started, and wait until it is gone; topics and checkpoints stay.

    *Example*

    `tidegate stack down`
    """
    from tidegate.stack.local import LocalStack

    stopped = LocalStack(o.StackOptions.resolve(data=data)).down()
    typer.echo(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")


def env(data: Data = None) -> None:
    """Print the exports with which plain `flink` uses the local stack.

    *Example*

    `eval "$(tidegate env)" && flink run -py jobs/detect.py -- --pipeline
    pipelines/cobot.yaml`
    """
    from tidegate.stack.environment import exports, shell

    typer.echo(shell(exports(o.StackOptions.resolve(data=data))))
