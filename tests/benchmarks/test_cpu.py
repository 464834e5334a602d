from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from benchmarks.cpu import CpuTimes, details

BUSY = "import time\nwhile time.process_time() < 0.3: pass"


def test_cpu_seconds_are_counted_per_million_events() -> None:
    before = CpuTimes({"broker": 1.0, "taskmanager": 2.0})
    after = CpuTimes({"broker": 1.5, "taskmanager": 5.0})
    assert after.since(before, events=500_000) == {"broker": 1.0, "taskmanager": 6.0, "all": 7.0}


def test_children_count_with_their_process() -> None:
    child = f"{BUSY}\ninput()"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE) as parent:
        try:
            while CpuTimes.now({"parent": parent.pid}).seconds["parent"] < 0.25:
                assert parent.poll() is None
                time.sleep(0.05)
        finally:
            parent.communicate(b"\n")


def test_processes_that_this_one_started_are_not_its_own_time() -> None:
    own = CpuTimes.now({"own": os.getpid()}).seconds["own"]
    subprocess.run([sys.executable, "-c", BUSY], check=True)
    assert CpuTimes.now({"own": os.getpid()}).seconds["own"] - own < 0.25


def test_figures_name_their_parts() -> None:
    assert details({"broker": 1.5}) == {"CPU s/M events broker": pytest.approx(1.5)}
