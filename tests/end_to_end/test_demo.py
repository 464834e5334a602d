"""The demo runs as a newcomer runs it, accounts for every event, and cleans up."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.cluster import own_options
from tidegate.stack.jars import ROOT
from tidegate.stack.local import LocalStack

DATA = ROOT / "build" / "demo" / "stack"


@pytest.fixture(autouse=True)
def _stop_what_a_killed_demo_leaves() -> Iterator[None]:
    yield
    LocalStack(own_options(DATA)).down()


def processes_of_the_demo() -> list[str]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or [])
        if str(DATA) in line:
            found.append(line)
    return found


@pytest.mark.xdist_group("another_stack")
def test_the_demo_accounts_for_every_event_draws_its_picture_and_leaves_nothing_running() -> None:
    picture = ROOT / "build" / "demo" / "session.png"
    picture.unlink(missing_ok=True)
    tidegate = Path(sys.executable).parent / "tidegate"
    done = subprocess.run(
        [str(tidegate), "demo", "--minutes", "10", "--robots", "3", "--speed", "120"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=550,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "GENERATED" in done.stdout
    counts = re.search(r"(\d+) in = (\d+) processed \+ (\d+) late \+ (\d+) dead", done.stdout)
    assert counts, done.stdout
    total, processed, late, dead = map(int, counts.groups())
    assert total == 3 * 10 * 60 == processed
    assert late == dead == 0
    alerts = re.search(r"(\d+) on the topic, (\d+) in Iceberg", done.stdout)
    assert alerts, done.stdout
    assert int(alerts[1]) == int(alerts[2]) > 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert processes_of_the_demo() == []
