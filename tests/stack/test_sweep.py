"""A test session that was killed leaves a stack behind; the next session stops it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from tests import cluster
from tidegate.stack.processes import Started, spawn, stop


@pytest.fixture
def left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Started]]:
    """Data folder and process of a stack whose session has ended."""
    monkeypatch.setattr(cluster, "STACKS", tmp_path)
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    data = tmp_path / f"{ended.pid}-0"
    data.mkdir()
    started = Started.of("kafka", spawn(["sleep", "300"], data, data / "out"), data / "out")
    state = {
        "options": cluster.own_options(data).to_json(),
        "processes": [asdict(started)],
    }
    (data / "state.json").write_text(json.dumps(state))
    yield data, started
    stop([started])


def test_what_a_killed_session_left_is_stopped_and_removed(
    left_behind: tuple[Path, Started],
) -> None:
    data, started = left_behind
    assert started.process() is not None
    cluster.sweep()
    assert started.process() is None
    assert not data.exists()


def test_the_stack_of_a_living_session_is_left_alone(left_behind: tuple[Path, Started]) -> None:
    data, started = left_behind
    mine = cluster.own_folder()
    data.rename(mine)
    cluster.sweep()
    assert started.process() is not None
    assert mine.exists()
