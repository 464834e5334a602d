"""A user's mistakes end `flink run` with one clear line, and start nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.flink import FlinkRest
from tests.cluster import Submitter, free_port
from tidegate.stack.jars import ROOT

COBOT = "pipelines/cobot.yaml"


def unknown_field(folder: Path) -> tuple[str, dict[str, str], list[str]]:
    rules = (ROOT / "rules" / "cobot.yaml").read_text().replace("temperature_4 >=", "heat >=")
    (folder / "rules.yaml").write_text(rules)
    pipeline = (ROOT / COBOT).read_text().replace("rules/cobot.yaml", "rules.yaml")
    (folder / "pipeline.yaml").write_text(
        pipeline.replace("schemas/", f"{ROOT / 'schemas'}/").replace(
            "registry/cobot/1", str(ROOT / "registry" / "cobot" / "1")
        )
    )
    return str(folder / "pipeline.yaml"), {}, ["temperature_rising", "base", "heat", "^"]


def no_such_pipeline(folder: Path) -> tuple[str, dict[str, str], list[str]]:
    return str(folder / "absent.yaml"), {}, ["absent.yaml", "no such file"]


def not_a_pipeline(folder: Path) -> tuple[str, dict[str, str], list[str]]:
    return "rules/cobot.yaml", {}, ["rules/cobot.yaml", "pipeline"]


def no_broker(folder: Path) -> tuple[str, dict[str, str], list[str]]:
    address = f"localhost:{free_port()}"
    return COBOT, {"TIDEGATE_KAFKA": address}, [address]


def no_model(folder: Path) -> tuple[str, dict[str, str], list[str]]:
    return COBOT, {"TIDEGATE_MODEL": str(folder / "none")}, ["model", "none"]


def altered_model(folder: Path) -> tuple[str, dict[str, str], list[str]]:
    model = folder / "model"
    shutil.copytree(ROOT / "registry" / "cobot" / "1", model)
    with (model / "model.onnx").open("ab") as stream:
        stream.write(b"\0")
    return COBOT, {"TIDEGATE_MODEL": str(model)}, ["sha256", "model.onnx"]


def missing_topics(folder: Path) -> tuple[str, dict[str, str], list[str]]:
    pipeline = "tests/end_to_end/pipelines/handbook.yaml"
    topics = ["absent-transactions", "absent-alerts", "absent-dead-letters", "absent-late"]
    return pipeline, {"TIDEGATE_TEST_NAME": "absent"}, topics


@pytest.mark.parametrize(
    "mistake",
    [
        unknown_field,
        no_such_pipeline,
        not_a_pipeline,
        no_broker,
        no_model,
        altered_model,
        missing_topics,
    ],
    ids=lambda mistake: mistake.__name__,
)
def test_a_mistake_ends_the_submission_with_its_reason_and_no_traceback(
    mistake: Callable[[Path], tuple[str, dict[str, str], list[str]]],
    submit: Submitter,
    flink_rest: FlinkRest,
    tmp_path: Path,
) -> None:
    pipeline, environment, expected = mistake(tmp_path)
    before = flink_rest.running_jobs()
    environment = {"TIDEGATE_LAKE": str(tmp_path / "lake")} | environment
    done = submit.run("-d", "-py", "jobs/detect.py", "--", "--pipeline", pipeline, env=environment)
    output = done.stdout + done.stderr
    assert done.returncode != 0, output
    errors = output[output.index("error: ") :]
    for text in expected:
        assert text in errors, output
    assert "Traceback" not in output
    assert "\tat " not in output, "a Java stack trace says nothing to a user"
    assert flink_rest.running_jobs() == before
