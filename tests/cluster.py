"""A real stack of its own for a test session: what the fixtures of conftest.py hand out."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from connectors.flink import FINAL_STATES, FlinkRest
from tidegate.options import Settings
from tidegate.stack.environment import exports
from tidegate.stack.jars import ROOT
from tidegate.stack.local import LocalStack
from tidegate.stack.options import StackOptions
from tidegate.stack.ports import ANY_PORTS, free_ports

STACKS = ROOT / "build" / "test-stacks"


def free_port() -> int:
    """A port that nothing listens on."""
    return free_ports({"port": 0})["port"]


def own_options(data: Path, **flags: object) -> StackOptions:
    """Options of a stack below `data` on free ports, untouched by the ports of the environment."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in ("TIDEGATE_OPERATORS_JAR", "TIDEGATE_STACK_READY_SECONDS")
    }
    return StackOptions.resolve(
        Settings(environment, {}), data=data, **{**free_ports(ANY_PORTS), **flags}
    )


@contextmanager
def running_stack() -> Iterator[StackOptions]:
    """A running stack; it is gone afterwards, and so is what a killed session left behind."""
    sweep()
    data = own_folder()
    data.mkdir(parents=True)
    stack = LocalStack(own_options(data))
    try:
        stack.up()
        yield stack.options
    finally:
        stack.down()
    shutil.rmtree(data, ignore_errors=True)


def own_folder() -> Path:
    """Folder of this process's stack: its name is the process's pid and start time."""
    me = psutil.Process()
    return STACKS / f"{me.pid}-{me.create_time():.0f}"


def kill_task_manager(options: StackOptions) -> None:
    """Kills the TaskManager as a crash would, and has another one started in its place."""
    (victim,) = [one for one in LocalStack(options).status() if one.name == "taskmanager"]
    assert victim.pid is not None
    process = psutil.Process(victim.pid)
    process.kill()
    # As long as it is dying it counts as running, and nothing would be started.
    process.wait(60)
    LocalStack(options).up()


def sweep() -> None:
    """Stop stacks whose test session has ended without stopping them."""
    STACKS.mkdir(parents=True, exist_ok=True)
    with (STACKS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for data in STACKS.glob("*-*"):
            pid, created = map(int, data.name.split("-"))
            if not _lives(pid, created):
                LocalStack(own_options(data)).down()
                shutil.rmtree(data, ignore_errors=True)


def _lives(pid: int, created: int) -> bool:
    try:
        return abs(psutil.Process(pid).create_time() - created) < 5
    except psutil.NoSuchProcess:
        return False


@dataclass
class Submitter:
    """Runs `flink run` against the stack of a test session, as a user would.

    Attributes:
        options: the stack's.
        jobs: ids of the jobs submitted so far.
    """

    options: StackOptions
    jobs: list[str] = field(default_factory=list)

    def __call__(
        self,
        script: str | Path,
        *arguments: str,
        savepoint: str | None = None,
        detached: bool = True,
        settings: Sequence[str] = (),
        env: dict[str, str] | None = None,
        limit_s: float = 240,
    ) -> str:
        """Submit a Python job and return its id; a job that is not detached has ended then.

        Flink's settings for the job are given as `KEY=VALUE`.

        Raises:
            AssertionError: when `flink run` fails; with its whole output.
        """
        done = self.run(
            *(["-d"] if detached else []),
            *(["-s", savepoint] if savepoint else []),
            *(f"-D{setting}" for setting in settings),
            "-py",
            str(script),
            "--",
            *arguments,
            env=env,
            limit_s=limit_s,
        )
        output = done.stdout + done.stderr
        assert done.returncode == 0, output
        found = re.findall(r"JobID ([0-9a-f]{32})", output)
        assert found, output
        self.jobs.append(found[-1])
        return found[-1]

    def run(
        self, *arguments: str, env: dict[str, str] | None = None, limit_s: float = 240
    ) -> subprocess.CompletedProcess[str]:
        """`flink run ARGUMENTS` in the repository root; says nothing about its exit code."""
        variables = exports(self.options)
        path = f"{variables['PATH']}:{os.environ['PATH']}"
        return subprocess.run(
            ["flink", "run", *arguments],
            cwd=ROOT,
            env={**os.environ, **variables, "PATH": path, **(env or {})},
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
        )

    def cancel_all(self) -> None:
        """Cancel what still runs of the submitted jobs, and wait for its end."""
        rest = FlinkRest(self.options.flink_rest)
        for job in self.jobs:
            if rest.state(job) not in FINAL_STATES:
                rest.cancel(job)
        self.jobs.clear()
