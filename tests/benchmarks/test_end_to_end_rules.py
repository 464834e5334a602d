from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import end_to_end_backlog, end_to_end_live
from benchmarks.end_to_end import rule_files
from tidegate.pipeline import load_pipeline
from tidegate.plan import compile_plan


@pytest.mark.parametrize(
    ("part", "pipeline"),
    [("throughput", end_to_end_backlog.PIPELINE), ("latency", end_to_end_live.PIPELINE)],
)
def test_both_parts_run_twenty_rules_of_one_key(
    part: str, pipeline: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("benchmarks.report.FOLDER", tmp_path)
    for name, value in rule_files(20)[part].items():
        monkeypatch.setenv(name, value)
    plan = json.loads(compile_plan(load_pipeline(pipeline)).to_json())
    assert len(plan["rules"]) == 20
    assert len(plan["keys"]) == 1
