"""The local stack: what is started, what runs, what is stopped."""

from __future__ import annotations

import fcntl
import filecmp
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from tidegate.errors import StackError, TidegateError
from tidegate.stack import flink, kafka
from tidegate.stack.options import (
    CONTROLLER_PORT,
    FLINK_PORT,
    KAFKA_PORT,
    RPC_PORT,
    StackOptions,
)
from tidegate.stack.ports import require_free
from tidegate.stack.processes import Started, stop, wait_until

NAMES = ("kafka", "jobmanager", "taskmanager")


@dataclass(frozen=True)
class Status:
    """State of one process of the stack.

    Attributes:
        name: `kafka`, `jobmanager` or `taskmanager`.
        state: `running`, `dead` (it was started and has ended by itself) or `stopped`.
        pid: process id when it was started, else None.
        detail: address or log file.
    """

    name: str
    state: str
    pid: int | None
    detail: str


class LocalStack:
    """A Kafka broker and a Flink cluster under one data folder.

    What was started is recorded in `state.json` of that folder, so that another process can ask
    for it and stop it.
    """

    def __init__(self, options: StackOptions) -> None:
        self.options = options
        self._state = options.data / "state.json"

    def up(self, tell: Callable[[str], None] = lambda line: None) -> None:
        """Start what does not run, and wait until all of it answers.

        Nothing happens when everything runs. When a start fails, what this call started is stopped
        again.

        Raises:
            StackError: a port is taken, Java or a jar is missing, a process ends or does not
                answer in time, or the stack runs with other options.
        """
        with self._locked():
            running = {s.name: s for s in self._recorded() if s.process() is not None}
            if running:
                self._refuse_other_options()
            missing = [name for name in NAMES if name not in running]
            if not missing:
                tell("already up")
                if self._jar_changed():
                    tell("the operators jar has changed since: `tidegate stack down`, then `up`")
                return
            self._require_ports(missing)
            if not {"jobmanager", "taskmanager"} & running.keys():
                flink.assemble(self.options)
            self._start(missing, running, tell)

    def _start(
        self, missing: list[str], running: dict[str, Started], tell: Callable[[str], None]
    ) -> None:
        started: list[Started] = []
        checks = {name: self._readiness(name) for name in missing}
        try:
            for name in missing:
                one = (
                    kafka.start(self.options)
                    if name == "kafka"
                    else flink.start(name, self.options)
                )
                started.append(one)
                self._record([*running.values(), *started])
            for one in started:
                ready, expected = checks[one.name]
                wait_until(ready, one, self.options.ready_seconds, expected)
                tell(f"{one.name}: up at {self._address(one.name)} (pid {one.pid})")
        except (TidegateError, KeyboardInterrupt):
            stop(started)
            self._record(list(running.values()))
            raise

    def _readiness(self, name: str) -> tuple[Callable[[], bool], str]:
        """Condition under which a process about to start is ready, and what it is called."""
        options = self.options
        # After a kill the old TaskManager is still counted; only a new one is an answer.
        before = flink.taskmanagers(options)
        checks: dict[str, tuple[Callable[[], bool], str]] = {
            "kafka": (lambda: kafka.ready(options), "no answer"),
            "jobmanager": (lambda: flink.overview(options) is not None, "no answer"),
            "taskmanager": (
                lambda: bool(flink.taskmanagers(options) - before),
                "not registered at the JobManager",
            ),
        }
        return checks[name]

    def status(self) -> list[Status]:
        """State of each process of the stack, in the order of their start."""
        recorded = {one.name: one for one in self._recorded()}
        result = []
        for name in NAMES:
            one = recorded.get(name)
            if one is None:
                result.append(Status(name, "stopped", None, ""))
            elif one.process() is None:
                result.append(Status(name, "dead", one.pid, f"see {one.log}"))
            else:
                result.append(Status(name, "running", one.pid, self._address(name)))
        return result

    def down(self) -> list[str]:
        """Stop what was started, wait until it is gone, and return the names of what ran.

        Raises:
            StackError: when a process does not end even when killed.
        """
        with self._locked():
            recorded = self._recorded()
            names = [one.name for one in recorded if one.process() is not None]
            # The cluster first: its last commits may still need the broker.
            for name in reversed(NAMES):
                stop([one for one in recorded if one.name == name])
            self._state.unlink(missing_ok=True)
            return names

    def running_options(self) -> StackOptions:
        """Options of the stack that was started here, else those that `up` would use."""
        document = self._document()
        return StackOptions.from_json(document["options"]) if document else self.options

    def _address(self, name: str) -> str:
        options = self.running_options()
        if name == "kafka":
            return options.bootstrap
        return options.flink_rest if name == "jobmanager" else f"localhost ({options.data})"

    def _require_ports(self, missing: list[str]) -> None:
        wanted = []
        if "kafka" in missing:
            wanted += [(self.options.kafka_port, KAFKA_PORT)]
            wanted += [(self.options.controller_port, CONTROLLER_PORT)]
        if "jobmanager" in missing:
            wanted += [(self.options.flink_port, FLINK_PORT)]
            wanted += [(self.options.rpc_port, RPC_PORT)]
        for number, option in wanted:
            flag = f"--{option.key.replace('.', '-')}"
            require_free(number, option.key, f"choose another: {flag} or {option.variable}")
        if len({number for number, _ in wanted}) < len(wanted):
            raise StackError(
                "two ports are the same: " + ", ".join(f"{o.key} = {n}" for n, o in wanted)
            )

    def _refuse_other_options(self) -> None:
        there = replace(self.running_options(), ready_seconds=self.options.ready_seconds)
        mine, theirs = self.options.to_json(), there.to_json()
        other = [key for key in mine if mine[key] != theirs[key]]
        if other:
            raise StackError(
                f"the stack in {self.options.data} runs with {other[0]} = {theirs[other[0]]}, "
                f"not {mine[other[0]]}; `tidegate stack down` first"
            )

    def _jar_changed(self) -> bool:
        built = self.options.operators_jar
        used = self.options.data / "lib" / built.name
        return built.is_file() and not (used.is_file() and filecmp.cmp(built, used))

    def _document(self) -> dict[str, Any] | None:
        try:
            document: dict[str, Any] = json.loads(self._state.read_text())
            return document
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise StackError(f"{self._state}: {error}; remove it once nothing runs") from error

    def _recorded(self) -> list[Started]:
        document = self._document()
        return [Started(**one) for one in document["processes"]] if document else []

    def _record(self, processes: list[Started]) -> None:
        document = {
            "options": self.options.to_json(),
            "processes": [asdict(one) for one in processes],
        }
        part = self._state.with_suffix(".part")
        part.write_text(json.dumps(document, indent=1))
        part.replace(self._state)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One `up` or `down` at a time on one data folder."""
        try:
            self.options.data.mkdir(parents=True, exist_ok=True)
            lock = (self.options.data / "lock").open("w")
        except OSError as error:
            raise StackError(f"{self.options.data}: {error.strerror}; choose --data") from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
