from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from tests.cluster import free_port
from tidegate.errors import StackError
from tidegate.stack import processes
from tidegate.stack.ports import require_free
from tidegate.stack.processes import Started, java, spawn, stop, wait_until


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Started]:
    """A process with a child, neither a child of ours."""
    log = tmp_path / "out"
    pid = spawn(["sh", "-c", "sleep 300 & wait"], tmp_path, log)
    started = Started.of("sleeper", pid, log)
    yield started
    stop([started])


def family(started: Started) -> list[psutil.Process]:
    parent = started.process()
    assert parent is not None
    children = parent.children()
    while not children:
        children = parent.children()
    return [parent, *children]


def test_stop_ends_a_process_and_its_children(sleeper: Started) -> None:
    members = family(sleeper)
    assert len(members) == 2
    stop([sleeper])
    assert not any(member.is_running() for member in members)
    assert sleeper.process() is None


def test_what_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    script = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1); time.sleep(300)"
    log = tmp_path / "out"
    started = Started.of("deaf", spawn([sys.executable, "-u", "-c", script], tmp_path, log), log)
    wait_until(lambda: log.read_text() == "1\n", started, 20, "no sign of life")
    stop([started], seconds=0.2)
    assert started.process() is None


def test_another_process_with_the_same_pid_is_left_alone(sleeper: Started) -> None:
    earlier = replace(sleeper, created=sleeper.created - 60)
    assert earlier.process() is None
    stop([earlier])
    assert sleeper.process() is not None


def test_a_process_that_ends_while_starting_is_reported_with_its_last_error(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = "echo starting; echo 'ERROR no room'; echo bye; sleep 0.3"
    started = Started.of("broker", spawn(["sh", "-c", script], tmp_path, log), log)
    with pytest.raises(
        StackError, match=r"broker: ended while starting \(ERROR no room; see .*log"
    ):
        wait_until(lambda: False, started, 20, "no answer")


def test_a_process_that_does_not_answer_in_time_is_reported(sleeper: Started) -> None:
    with pytest.raises(StackError, match="sleeper: no answer not within 0 s; see "):
        wait_until(lambda: False, sleeper, 0, "no answer")


def test_a_taken_port_is_named_with_its_holder() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        with pytest.raises(
            StackError, match=rf"port {port} \(kafka.port\) is taken by .*{os.getpid()}"
        ):
            require_free(port, "kafka.port", "choose another")


def test_a_free_port_is_accepted() -> None:
    require_free(free_port(), "kafka.port", "choose another")


def test_a_missing_java_is_named_with_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(StackError, match=r"no Java in JAVA_HOME=.*apt-get install -y openjdk-17"):
        java()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StackError, match="no Java on the PATH"):
        java()


def test_a_java_that_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "bin" / "java"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_392\"' >&2\n")
    old.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(StackError, match="is Java 8; a Java 17 is needed"):
        java()


def test_the_java_of_this_machine_is_found() -> None:
    assert subprocess.run([java(), "-version"], capture_output=True, check=False).returncode == 0


def test_the_last_words_of_a_log_without_errors_are_its_last_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("one\ntwo\n\n")
    assert processes.last_words(log) == f" (two; see {log})"
    assert processes.last_words(tmp_path / "none") == f"; see {tmp_path / 'none'}"
