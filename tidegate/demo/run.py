"""The demo from its first step to its last."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from connectors.flink import FlinkRest
from connectors.iceberg import open_catalog
from tidegate.demo import picture, summary
from tidegate.demo.session import Session
from tidegate.demo.summary import GAUGES, Counts
from tidegate.demo.watch import AlertWatch
from tidegate.errors import ClusterError, TidegateError
from tidegate.pipeline import load_pipeline
from tidegate.plan import compile_plan
from tidegate.stack.environment import exports
from tidegate.stack.jars import ROOT
from tidegate.stack.local import LocalStack
from tidegate.stack.options import StackOptions
from tidegate.stack.ports import STACK_PORTS, free_ports

FOLDER = ROOT / "build" / "demo"
PIPELINE = "pipelines/cobot.yaml"
TABLES = ("matches", "timeouts", "scores", "alerts", "events_joints")


class Demo:
    """One run of the demo.

    Args:
        console: where everything is printed.
        speed: seconds of event time a second; how fast the session is replayed.
        keep: leave the stack and the job running at the end.
    """

    def __init__(self, console: Console, speed: float, keep: bool) -> None:
        self._console = console
        self._speed = speed
        self._keep = keep
        self._environment: dict[str, str] = {}

    def run(self, session: Session) -> Path:
        """Runs the whole demo and returns the picture's path.

        Raises:
            TidegateError: a step failed; nothing that it started is left running.
        """
        self._plan()  # a mistake in it is said before anything is started
        stack = self._fresh_stack()
        with ExitStack() as cleanup:
            self._step("a Kafka broker and a Flink cluster")
            cleanup.callback(self._stop, stack)
            stack.up(tell=self._console.print)
            self._environment = self._variables(stack.options)
            rest = FlinkRest(stack.options.flink_rest)
            plan = self._plan()
            self._step("the job, submitted with flink run")
            job = self._submit()
            rest.wait_until("start of all tasks", lambda: _runs(rest, job), 120)
            watch = AlertWatch(stack.options.bootstrap, plan["sinks"]["alerts"]["topic"])
            self._step(f"the session, replayed at {self._speed:g} x its own pace")
            sent = self._replay(session, plan)
            counts = self._drain(rest, job, sent, watch)
            if not self._keep:
                rest.stop_with_savepoint(job, f"file://{FOLDER / 'savepoints'}")
            else:
                self._wait_for_commit(rest, job)
            tables = self._tables(plan)
            alerts = watch.alerts()
            summary.show(self._console, session.title, counts, tables, alerts, watch.latencies_ms())
            image = self._draw(session, plan, tables)
            self._say_where(stack.options, image)
            if self._keep:
                cleanup.pop_all()
        if not counts.balanced():
            raise TidegateError(f"the counters do not account for every event: {counts}")
        return image

    def _step(self, what: str) -> None:
        self._console.print(f"[bold]▸ {what}[/]")

    def _fresh_stack(self) -> LocalStack:
        """A stack of the demo's own; what an earlier demo left there is removed."""
        data = FOLDER / "stack"
        if data.exists():
            LocalStack(StackOptions.resolve(data=data)).down()
        for old in (data, FOLDER / "lake", FOLDER / "savepoints"):
            shutil.rmtree(old, ignore_errors=True)
        FOLDER.mkdir(parents=True, exist_ok=True)
        return LocalStack(StackOptions.resolve(data=data, **free_ports(STACK_PORTS)))

    def _variables(self, options: StackOptions) -> dict[str, str]:
        variables = exports(options)
        own = {
            "PATH": f"{variables['PATH']}:{os.environ['PATH']}",
            "TIDEGATE_LAKE": str(FOLDER / "lake"),
            "TIDEGATE_STORE_EVENTS": "true",  # the picture is drawn from the lake
        }
        os.environ.update(variables | own)
        return {**os.environ}

    def _plan(self) -> dict[str, Any]:
        return dict(compile_plan(load_pipeline(ROOT / PIPELINE)).document)

    def _command(self, *words: str, echo: bool = True) -> str:
        """Runs a command in the repository root, as a user would, and returns its output."""
        if echo:
            self._console.print(f"  [dim]$ {shlex.join(words)}[/]", soft_wrap=True)
        done = subprocess.run(
            words, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise TidegateError(f"{words[0]} {words[1]} failed:\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def _submit(self) -> str:
        self._command(
            *("flink", "run", "-d", "-py", "jobs/detect.py"),
            *("--", "--pipeline", PIPELINE, "--create-topics"),
        )
        jobs = FlinkRest(self._environment["TIDEGATE_FLINK"]).running_jobs()
        if len(jobs) != 1:
            raise ClusterError(f"expected one running job, found {len(jobs)}: {jobs}")
        return next(iter(jobs))

    def _replay(self, session: Session, plan: dict[str, Any]) -> int:
        stream = plan["streams"][0]
        output = self._command(
            *("tidegate", "replay", os.path.relpath(session.file, ROOT)),
            *("--topic", stream["topics"][0], "--schema", "schemas/cobot_reading.avsc"),
            *("--key", "robot_id", "--speed", f"{self._speed:g}"),
            *session.arguments,
        )
        return int(output.rsplit("events sent: ", 1)[1].split()[0])

    def _drain(self, rest: FlinkRest, job: str, sent: int, watch: AlertWatch) -> Counts:
        """Waits until the job has read what was sent and no further alert comes."""
        rest.wait_until(
            f"reading of {sent} events",
            lambda: rest.gauges(job, ("tidegate_in",)).get("tidegate_in", 0) >= sent,
            120,
        )
        seen = [-1, -1]

        def quiet() -> bool:
            seen.append(len(watch.alerts()))
            return len(seen) > 12 and len(set(seen[-10:])) == 1

        rest.wait_until("end of the alerts", quiet, 60)
        return Counts.of(sent, rest.gauges(job, GAUGES))

    def _wait_for_commit(self, rest: FlinkRest, job: str) -> None:
        """Waits for a checkpoint that began after now: then the tables hold everything."""

        def completed() -> int:
            return int(rest.get(f"/jobs/{job}/checkpoints")["counts"]["completed"])

        before = completed()
        rest.wait_until("two further checkpoints", lambda: completed() >= before + 2, 180)

    def _tables(self, plan: dict[str, Any]) -> dict[str, pd.DataFrame]:
        sink = plan["sinks"]["iceberg"]
        self._step("the lake, asked with PyIceberg")
        with closing(open_catalog(sink["catalog"], sink["properties"])) as catalog:
            found = {
                name: catalog.load_table(f"{sink['namespace']}.{name}").scan().to_pandas()
                for name in TABLES
            }
        for name, frame in found.items():
            self._console.print(f"  {sink['namespace']}.{name}: {len(frame)} rows")
        return found

    def _draw(
        self, session: Session, plan: dict[str, Any], tables: dict[str, pd.DataFrame]
    ) -> Path:
        scores, readings = tables["scores"], tables["events_joints"].copy()
        readings["ts"] = _millis(readings["ts"])
        counted = scores["key"].value_counts()
        robot = counted.index[0] if len(counted) else readings["robot_id"].iloc[0]
        windows = pd.DataFrame(
            {
                "rule_id": scores["rule_id"],
                "window_start": _millis(scores["window_start"]),
                "window_end": _millis(scores["window_end"]),
                "score": scores["score"],
                "alert": scores["alerted"],
            }
        )[scores["key"] == robot]
        path = FOLDER / "session.png"
        picture.draw(
            path,
            session.title,
            robot,
            readings[readings["robot_id"] == robot].sort_values("ts"),
            windows,
            plan["model"]["threshold"],
        )
        return path

    def _say_where(self, options: StackOptions, image: Path) -> None:
        self._console.print(f"picture: {os.path.relpath(image)}")
        self._console.print(f"tables:  {os.path.relpath(FOLDER / 'lake')} (Iceberg)")
        if self._keep:
            data = os.path.relpath(options.data)
            self._console.print(f"Flink:   {options.flink_rest} (kept running)")
            self._console.print(f"alerts:  TIDEGATE_KAFKA={options.bootstrap} tidegate alerts tail")
            self._console.print(f"stop:    tidegate stack down --data {data}")

    def _stop(self, stack: LocalStack) -> None:
        stopped = stack.down()
        self._console.print(f"stopped: {', '.join(stopped) or 'nothing'}")


def _runs(rest: FlinkRest, job: str) -> bool:
    if rest.state(job) in ("FAILED", "FAILING", "RESTARTING"):
        raise ClusterError(f"the job failed: {rest.root_exception(job)}")
    return rest.all_tasks_running(job)


def _millis(times: pd.Series) -> pd.Series:
    naive = times.dt.tz_convert("UTC").dt.tz_localize(None)
    return pd.Series(naive.to_numpy().astype("datetime64[ms]").astype("int64"), index=times.index)
