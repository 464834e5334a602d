"""Processes that the stack started: recognised by pid and start time, ended and waited for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from tidegate.errors import StackError

STOP_SECONDS = 20.0
# Start times are computed from the boot time, which the system may correct while a process runs.
CLOCK_CORRECTION_SECONDS = 5.0


@dataclass(frozen=True)
class Started:
    """A process that was started here.

    Attributes:
        name: `kafka`, `jobmanager` or `taskmanager`.
        pid: its process id.
        created: its start time, seconds since the epoch; with the pid it names one process, also
            after the pid has been given to another.
        log: the file to look into when it fails.
    """

    name: str
    pid: int
    created: float
    log: str

    @classmethod
    def of(cls, name: str, pid: int, log: Path) -> Started:
        """Record of the running process `pid`.

        Raises:
            StackError: when it has ended already.
        """
        try:
            return cls(name, pid, psutil.Process(pid).create_time(), str(log))
        except psutil.NoSuchProcess as error:
            raise StackError(f"{name}: ended right after its start{last_words(log)}") from error

    def process(self) -> psutil.Process | None:
        """The living process, or None when it has ended (or only its zombie is left)."""
        try:
            process = psutil.Process(self.pid)
            if abs(process.create_time() - self.created) > CLOCK_CORRECTION_SECONDS:
                return None
            return None if process.status() == psutil.STATUS_ZOMBIE else process
        except psutil.NoSuchProcess:
            return None


def spawn(command: list[str], folder: Path, output: Path) -> int:
    """Start a process that outlives this one, and return its pid.

    It is no child of ours (the shell between ends at once), has no terminal, and writes to
    `output`.
    """
    script = 'out=$1; shift; "$@" </dev/null >"$out" 2>&1 & echo $!'
    done = subprocess.run(
        ["sh", "-c", script, "sh", str(output), *command],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        check=True,
    )
    return int(done.stdout)


def stop(started: Iterable[Started], seconds: float = STOP_SECONDS) -> None:
    """End processes and their descendants, and wait until they are gone.

    They are asked first (SIGTERM); what is left after `seconds` is killed.

    Raises:
        StackError: when one is still there after that.
    """
    parents = [process for one in started if (process := one.process())]
    # A TaskManager's Python workers are its children; once it is gone nothing leads to them.
    family = list(parents)
    for parent in parents:
        try:
            family += parent.children(recursive=True)
        except psutil.NoSuchProcess:
            continue
    _signal(parents, lambda process: process.terminate())
    _, alive = psutil.wait_procs(parents, timeout=seconds)
    _signal(alive, lambda process: process.kill())
    _, alive = psutil.wait_procs(family, timeout=2.0)
    _signal(alive, lambda process: process.kill())
    _, alive = psutil.wait_procs(family, timeout=seconds)
    if alive:
        pids = ", ".join(str(process.pid) for process in alive)
        raise StackError(f"processes {pids} do not end; end them by hand: kill -9 {pids}")


def _signal(processes: Iterable[psutil.Process], send: Callable[[psutil.Process], None]) -> None:
    for process in processes:
        try:
            send(process)
        except psutil.NoSuchProcess:
            continue


def wait_until(ready: Callable[[], bool], started: Started, seconds: float, expected: str) -> None:
    """Wait until `ready` holds, as long as the process lives and time is left.

    Raises:
        StackError: when the process ends, or `seconds` have passed.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        if started.process() is None:
            raise StackError(f"{started.name}: ended while starting{last_words(Path(started.log))}")
        if time.monotonic() > deadline:
            raise StackError(
                f"{started.name}: {expected} not within {seconds:.0f} s; see {started.log}"
            )
        time.sleep(0.1)


def last_words(log: Path) -> str:
    """` (the last error or line of the log; see FILE)`, for the end of a message."""
    try:
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines()]
    except OSError:
        return f"; see {log}"
    lines = [line for line in lines if line and not line.startswith(("at ", "..."))]
    telling = [line for line in lines if re.search(r"\b(ERROR|FATAL|Error|Exception)\b", line)]
    last = (telling or lines or [""])[-1][:200]
    return f" ({last}; see {log})" if last else f"; see {log}"


def java() -> str:
    """Path of the `java` that the stack runs on: that of JAVA_HOME, else of the PATH.

    Raises:
        StackError: when there is none, or it is older than 17.
    """
    install = "install one, e.g. sudo apt-get install -y openjdk-17-jdk-headless"
    home = os.environ.get("JAVA_HOME")
    path = shutil.which(str(Path(home) / "bin" / "java") if home else "java")
    if path is None:
        where = f"in JAVA_HOME={home}" if home else "on the PATH"
        raise StackError(f"no Java {where}; a Java 17 is needed: {install}")
    shown = subprocess.run([path, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', shown)
    if found is None or int(found[1]) < 17:
        version = found[1] if found else "unknown"
        raise StackError(f"{path} is Java {version}; a Java 17 is needed: {install}")
    return path
