"""The Java process behind rule tests: what is missing, and what becomes of one that ended."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.local_run.process import RuleProcess
from tests.testing.rules import CARD_TESTING, FRAUD
from tidegate.errors import RuleTestError
from tidegate.stack.jars import ROOT
from tidegate.testing import run_rules


def test_without_java_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    with pytest.raises(RuleTestError, match="no Java in JAVA_HOME=/nowhere; install Java 17"):
        RuleProcess()


def test_without_the_jar_one_line_says_what_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TIDEGATE_OPERATORS_JAR", str(tmp_path / "none.jar"))
    with pytest.raises(RuleTestError, match=r"none\.jar: no such jar; run `make setup` to build"):
        RuleProcess()


def test_a_jar_without_the_program_is_said_to_be_old(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.make_archive(str(tmp_path / "old"), "zip", ROOT / "schemas")
    (tmp_path / "old.zip").rename(tmp_path / "old.jar")
    monkeypatch.setenv("TIDEGATE_OPERATORS_JAR", str(tmp_path / "old.jar"))
    process = RuleProcess()
    with pytest.raises(RuleTestError, match=r"old\.jar: older than this package"):
        run_rules(CARD_TESTING, FRAUD, process=process)
    process.close()


def test_a_process_that_was_killed_says_so_and_another_can_be_had() -> None:
    process = RuleProcess()
    assert run_rules(CARD_TESTING, FRAUD, process=process).matches
    process._process.kill()
    process._process.wait()
    assert not process.alive
    with pytest.raises(RuleTestError, match="Java ended with exit code -9"):
        run_rules(CARD_TESTING, FRAUD, process=process)
    process.close()
    assert run_rules(CARD_TESTING, FRAUD).matches


def test_the_shared_process_ends_with_python() -> None:
    script = (
        "from tests.testing.rules import CARD_TESTING, FRAUD\n"
        "from tidegate.testing import run_rules\n"
        "from connectors.local_run.process import shared\n"
        "run_rules(CARD_TESTING, FRAUD); print(shared()._process.pid)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not done.stderr
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)
