"""The whole life of a stack, through the command line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from tests.cluster import own_options
from tidegate.errors import StackError
from tidegate.stack.local import LocalStack
from tidegate.stack.options import StackOptions
from tidegate.stack.processes import Started

TIDEGATE = str(Path(sys.executable).parent / "tidegate")


def variables(options: StackOptions) -> dict[str, str]:
    return {
        **os.environ,
        "TIDEGATE_STACK_DATA": str(options.data),
        "TIDEGATE_OPERATORS_JAR": str(options.operators_jar),
        "TIDEGATE_KAFKA_PORT": str(options.kafka_port),
        "TIDEGATE_KAFKA_CONTROLLER_PORT": str(options.controller_port),
        "TIDEGATE_FLINK_PORT": str(options.flink_port),
        "TIDEGATE_FLINK_RPC_PORT": str(options.rpc_port),
    }


def tidegate(options: StackOptions, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TIDEGATE, *arguments],
        env=variables(options),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def pids(options: StackOptions) -> dict[str, int]:
    state = json.loads((options.data / "state.json").read_text())
    return {one["name"]: one["pid"] for one in state["processes"]}


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[StackOptions]:
    """Options of a stack of this test alone; it is stopped at the end in any case."""
    options = own_options(tmp_path / "stack")
    yield options
    LocalStack(options).down()


@pytest.mark.xdist_group("another_stack")
def test_up_status_kill_up_down(fresh: StackOptions) -> None:
    assert tidegate(fresh, "stack", "status").returncode == 1

    up = tidegate(fresh, "stack", "up", "--flink-slots", "2")
    assert up.returncode == 0, up.stderr
    started = pids(fresh)
    assert sorted(started) == ["jobmanager", "kafka", "taskmanager"]

    status = tidegate(fresh, "stack", "status")
    assert status.returncode == 0
    assert status.stdout.count("running  pid") == 3
    assert "slots: 2 of 2 free, jobs running: 0" in status.stdout

    again = tidegate(fresh, "stack", "up", "--flink-slots", "2")
    assert again.returncode == 0
    assert "already up" in again.stdout
    assert pids(fresh) == started

    other = tidegate(fresh, "stack", "up", "--flink-slots", "3")
    assert other.returncode == 2
    assert re.fullmatch(r"error: .* runs with slots = 2, not 3; .* first\n", other.stderr)

    psutil.Process(started["taskmanager"]).kill()
    dead = tidegate(fresh, "stack", "status")
    assert dead.returncode == 1
    assert re.search(r"^taskmanager +dead .*see .*\.log$", dead.stdout, re.MULTILINE)

    assert tidegate(fresh, "stack", "up", "--flink-slots", "2").returncode == 0
    revived = pids(fresh)
    assert revived["kafka"] == started["kafka"]
    assert revived["jobmanager"] == started["jobmanager"]
    assert revived["taskmanager"] != started["taskmanager"]

    down = tidegate(fresh, "stack", "down")
    assert down.returncode == 0, down.stderr
    assert not any(psutil.pid_exists(pid) for pid in revived.values())
    assert tidegate(fresh, "stack", "down").stdout == "nothing was running\n"


def test_up_while_up_starts_nothing(stack: StackOptions) -> None:
    before = pids(stack)
    said: list[str] = []
    LocalStack(stack).up(tell=said.append)
    assert said[0] == "already up"
    assert pids(stack) == before


def test_a_taken_port_is_refused_before_anything_starts(
    stack: StackOptions, tmp_path: Path
) -> None:
    options = own_options(tmp_path / "stack", flink_port=stack.flink_port)
    with pytest.raises(StackError, match=rf"port {stack.flink_port} \(flink.port\) is taken"):
        LocalStack(options).up()
    assert [one.state for one in LocalStack(options).status()] == ["stopped"] * 3


def test_two_equal_ports_are_refused(tmp_path: Path) -> None:
    options = own_options(tmp_path / "stack")
    options = own_options(
        tmp_path / "stack", controller_port=options.kafka_port, kafka_port=options.kafka_port
    )
    with pytest.raises(StackError, match=r"two ports are the same: kafka\.port"):
        LocalStack(options).up()


@pytest.mark.xdist_group("another_stack")
def test_a_failed_start_leaves_nothing_running(tmp_path: Path) -> None:
    options = own_options(tmp_path / "stack", taskmanager_memory="1m")
    with pytest.raises(StackError, match="taskmanager"):
        LocalStack(options).up()
    assert [one.state for one in LocalStack(options).status()] == ["stopped"] * 3


def test_down_spares_a_process_that_took_over_a_recorded_pid(tmp_path: Path) -> None:
    options = own_options(tmp_path / "stack")
    options.data.mkdir()
    mine = psutil.Process()
    record = Started("kafka", mine.pid, mine.create_time() - 3600, "log")
    state = {"options": options.to_json(), "processes": [asdict(record)]}
    (options.data / "state.json").write_text(json.dumps(state))
    assert LocalStack(options).down() == []
    assert mine.is_running()


def test_exports_are_those_of_the_running_stack(stack: StackOptions) -> None:
    exports = tidegate(stack, "env").stdout
    script = f'{exports}\nflink list 2>&1; echo "kafka $TIDEGATE_KAFKA"'
    done = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, timeout=200, check=False
    )
    assert "Waiting for response" in done.stdout, done.stdout + done.stderr
    assert f"kafka localhost:{stack.kafka_port}" in done.stdout
