"""The command line itself: help, errors, rules."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import tidegate

COMMANDS = [
    ("stack", "up"),
    ("stack", "status"),
    ("stack", "down"),
    ("env",),
    ("demo",),
    ("replay",),
    ("generate",),
    ("alerts", "tail"),
    ("rules", "validate"),
    ("rules", "explain"),
    ("rules", "test"),
    ("models", "list"),
    ("models", "show"),
    ("models", "verify"),
    ("models", "publish"),
    ("models", "promote"),
    ("models", "rollback"),
]


def test_help_loads_nothing_heavy() -> None:
    script = "import sys, tidegate.cli; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    heavy = {
        "pyflink",
        "kafka",
        "fastavro",
        "pandas",
        "pyarrow",
        "numpy",
        "yaml",
        "onnxruntime",
        "fsspec",
    }
    assert loaded & heavy == set()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_an_example_in_its_help(command: tuple[str, ...]) -> None:
    done = tidegate(*command, "--help")
    assert done.returncode == 0
    assert "Example" in done.stdout
    assert f"tidegate {' '.join(command)}" in done.stdout


def test_rules_are_listed_with_their_fingerprints() -> None:
    done = tidegate("rules", "validate", "rules/fraud.yaml", "--pipeline", "pipelines/fraud.yaml")
    assert done.returncode == 0, done.stderr
    *rules, last = done.stdout.splitlines()
    assert last == f"rules valid: {len(rules)}"
    assert len(rules) == 4
    assert all(re.search(r"v1 .*: .*  [0-9a-f]{12}$", rule) for rule in rules)


def test_an_unknown_field_in_a_rule_is_named_with_its_place(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(Path("rules/fraud.yaml").read_text().replace("amount >", "amuont >", 1))
    done = tidegate("rules", "validate", str(wrong), "--pipeline", "pipelines/fraud.yaml")
    assert done.returncode == 2
    first = done.stderr.splitlines()[0]
    assert first.startswith(f"error: {wrong}: rule ")
    assert "unknown field 'amuont'" in first
    assert "Traceback" not in done.stderr


def test_every_wrong_file_is_named() -> None:
    done = tidegate("rules", "validate", "none.yaml", "Makefile")
    assert done.returncode == 2
    assert "error: none.yaml: no such file" in done.stderr
    assert "error: Makefile:" in done.stderr


def test_no_alerts_topic_is_said_in_one_line() -> None:
    done = tidegate("alerts", "tail", kafka="localhost:1")
    assert done.returncode == 2
    assert re.fullmatch(r"error: no Kafka broker answers at localhost:1 .*\n", done.stderr)
