"""CPU time by process: what a figure costs, also where the cores are shared with other work."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class CpuTimes:
    """CPU seconds, user and system, that processes had used at one moment.

    Attributes:
        seconds: by a name of the process.
    """

    seconds: Mapping[str, float]

    @classmethod
    def now(cls, processes: Mapping[str, int]) -> CpuTimes:
        """The times of processes, given by their pids, and of their children.

        The children of this process itself are other processes of the benchmark, and left out.

        Raises:
            psutil.NoSuchProcess: one of them has ended.
        """
        return cls({name: _seconds(psutil.Process(pid)) for name, pid in processes.items()})

    def since(self, before: CpuTimes, events: float) -> dict[str, float]:
        """CPU seconds per million events between two moments.

        Args:
            before: the earlier moment, of the same processes.
            events: events that were handled between the two, above 0.

        Returns:
            By name, with the sum of all as ``all``.
        """
        used = {
            name: (now - before.seconds[name]) / (events / 1e6)
            for name, now in self.seconds.items()
        }
        return {**used, "all": sum(used.values())}


def _seconds(process: psutil.Process) -> float:
    family = [process]
    if process.pid != os.getpid():
        family += process.children(recursive=True)
    times = [one.cpu_times() for one in family]
    return float(sum(one.user + one.system for one in times))


def thread_seconds(pid: int, names: tuple[str, ...]) -> float:
    """CPU seconds of those threads of a process whose names begin with one of some.

    Names have 15 characters at most. The JVM's compiler, which works as much for a short run as for
    a long one, is a thread of its own.

    Raises:
        FileNotFoundError: the process has ended.
    """
    ticks = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            stat = (task / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # The thread has ended since it was listed.
        name, _, numbers = stat[stat.index("(") + 1 :].rpartition(")")
        if name.startswith(names):
            user, system = numbers.split()[11:13]
            ticks += int(user) + int(system)
    return ticks / os.sysconf("SC_CLK_TCK")


def details(used: Mapping[str, float]) -> dict[str, float]:
    """CPU seconds per million events as details of a case."""
    return {f"CPU s/M events {name}": seconds for name, seconds in used.items()}
