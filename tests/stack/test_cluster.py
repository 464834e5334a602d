"""A job on the stack that the fixtures start."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pydantic
import pytest

import tidegate
from connectors.flink import FlinkRest
from tests.cluster import Submitter
from tidegate.stack import flink
from tidegate.stack.options import StackOptions

JOB = Path(__file__).parent / "echo_job.py"


def test_arguments_after_two_dashes_reach_the_job(submit: Submitter) -> None:
    done = submit.run("-d", "-py", str(JOB), "--", "--pipeline", "some file.yaml")
    said = re.search(r"^CLIENT (.*)$", done.stdout, re.MULTILINE)
    assert said is not None, done.stdout + done.stderr
    client = json.loads(said[1])
    assert client["arguments"] == ["--pipeline", "some file.yaml"]
    assert client["python"] == sys.executable


@pytest.mark.parametrize("mode", ["thread", "process"])
def test_a_python_map_runs_in_the_environment_of_the_project(
    submit: Submitter, flink_rest: FlinkRest, stack: StackOptions, mode: str
) -> None:
    logs = (stack.data / "log").glob("*taskexecutor*.out")
    before = sum(path.stat().st_size for path in logs)
    job = submit(JOB, settings=[f"python.execution-mode={mode}"])
    flink_rest.wait_until(
        "end of the job", lambda: flink_rest.state(job) == "FINISHED", limit_s=240
    )
    printed = "".join(path.read_text() for path in (stack.data / "log").glob("*taskexecutor*.out"))
    for number in range(3):
        assert f"{number} {tidegate.__file__} {pydantic.__file__}" in printed[before:]


def test_the_cluster_has_the_slots_and_settings_of_flink_conf(
    flink_rest: FlinkRest, stack: StackOptions
) -> None:
    conf = flink.read_configuration(flink.CONFIGURATION / "config.yaml")
    overview = flink_rest.get("/overview")
    assert overview["slots-total"] == conf["taskmanager.numberOfTaskSlots"]
    actual = {entry["key"]: entry["value"] for entry in flink_rest.get("/jobmanager/config")}
    for key, value in conf.items():
        expected = str(value).lower() if isinstance(value, bool) else str(value)
        assert actual[key] == expected, key
    assert "--add-opens" in actual["env.java.opts.all"]
    assert actual["python.executable"] == sys.executable
    assert actual["rest.port"] == str(stack.flink_port)
