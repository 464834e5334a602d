"""A stack of the benchmarks' own: free ports, a folder below build/bench, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.flink import FlinkRest
from tidegate.errors import ClusterError
from tidegate.stack.environment import exports
from tidegate.stack.jars import ROOT
from tidegate.stack.local import LocalStack
from tidegate.stack.options import StackOptions
from tidegate.stack.ports import ANY_PORTS, free_ports

FOLDER = ROOT / "build" / "bench"


@dataclass(frozen=True)
class BenchStack:
    """A running broker and cluster.

    Attributes:
        bootstrap: Kafka address.
        rest: the cluster's REST interface.
        lake: folder of the Iceberg catalog.
        environment: for `flink` and for pipelines.
        processes: pids of the broker, the JobManager and the TaskManager, by name.
    """

    bootstrap: str
    rest: FlinkRest
    lake: Path
    environment: Mapping[str, str]
    processes: Mapping[str, int]

    def submit(
        self, pipeline: Path, parallelism: int, savepoint: str | None = None, **variables: str
    ) -> str:
        """Submits the main job with `flink run`; returns its id once all tasks run.

        Raises:
            ClusterError: the submission or the start failed.
        """
        before = set(self.rest.running_jobs())
        done = subprocess.run(
            [
                *("flink", "run", "-d", *(("-s", savepoint) if savepoint else ())),
                *("-py", "jobs/detect.py", "--"),
                *("--pipeline", str(pipeline), "--parallelism", str(parallelism)),
                *("--create-topics", "--no-preflight"),
            ],
            cwd=ROOT,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        new = set(self.rest.running_jobs()) - before
        if done.returncode != 0 or len(new) != 1:
            raise ClusterError(f"flink run failed:\n{done.stdout}{done.stderr}")
        job = new.pop()
        self.rest.wait_until("start of all tasks", lambda: self.rest.all_tasks_running(job), 120)
        return job


@contextmanager
def bench_stack(**options: Any) -> Iterator[BenchStack]:
    """Starts a stack with empty folders; options are those of `tidegate stack up`."""
    data, lake = FOLDER / "stack", FOLDER / "lake"
    if data.exists():
        LocalStack(StackOptions.resolve(data=data)).down()
    for old in (data, lake):
        shutil.rmtree(old, ignore_errors=True)
    stack = LocalStack(StackOptions.resolve(data=data, **{**free_ports(ANY_PORTS), **options}))
    try:
        stack.up()
        variables = exports(stack.options)
        environment = {
            **os.environ,
            **variables,
            "PATH": f"{variables['PATH']}:{os.environ['PATH']}",
            "TIDEGATE_LAKE": str(lake),
        }
        rest = FlinkRest(stack.options.flink_rest)
        processes = {one.name: one.pid for one in stack.status() if one.pid is not None}
        yield BenchStack(stack.options.bootstrap, rest, lake, environment, processes)
    finally:
        stack.down()
