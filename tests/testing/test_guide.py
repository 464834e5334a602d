"""What docs/testing-rules.md shows is what happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tidegate.stack.jars import ROOT

GUIDE = (ROOT / "docs" / "testing-rules.md").read_text()
FILES = re.findall(r"`([\w.]+)`:\n\n```\w+\n(.*?)```", GUIDE, re.DOTALL)
CONSOLE = re.findall(r"```console\n\$ tidegate ([^\n]*)\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES:
        (tmp_path / name).write_text(text)
    return tmp_path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_guide_has_files_and_commands() -> None:
    assert [name for name, _ in FILES] == ["rules.yaml", "charges.csv", "test_card_testing.py"]
    assert len(CONSOLE) == 2


@pytest.mark.parametrize(("command", "output"), CONSOLE, ids=[each for each, _ in CONSOLE])
def test_a_command_prints_what_the_guide_shows(folder: Path, command: str, output: str) -> None:
    done = run(folder, "tidegate.cli", *command.split())
    assert done.stdout == output
    assert done.returncode == 0, done.stderr


def test_the_tests_of_the_guide_pass_under_pytest(folder: Path) -> None:
    plugin = ("-p", "tidegate.testing.pytest_plugin")
    done = run(folder, "pytest", "-q", "-W", "error", *plugin, "test_card_testing.py")
    assert "4 passed" in done.stdout, done.stdout + done.stderr
