"""The guide to adaptation does what it says: its commands run as they are written."""

from __future__ import annotations

import json
import re
import shlex
from functools import partial
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from tests.jobs.test_evaluate import evaluate
from tests.jobs.test_train import train
from tests.models.training.files import recording
from tidegate.cli import app
from tidegate.stack.jars import ROOT

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

pytestmark = pytest.mark.xdist_group("models")

GUIDE = (ROOT / "docs" / "adaptation.md").read_text(encoding="utf-8")
JOBS = {"jobs.train": partial(train, report=True), "jobs.evaluate": evaluate}


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def write_data(folder: Path) -> None:
    """What the guide asks a reader to bring, small."""
    names = {"time": "ts", "a": "pressure", "b": "flow"}
    for line, first, target in (("line_1", 0, False), ("line_2", 10, True), ("july", 20, True)):
        (folder / line).mkdir(parents=True)
        for at in range(first, first + 6):
            frame = recording(at, target, rows=800).rename(columns=names)
            assert ",".join(frame.columns) == blocks("csv")[0].splitlines()[0]
            frame.to_csv(folder / line / f"{at}.csv", index=False)


def test_from_csv_to_report_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_data(tmp_path / "mine")
    (tmp_path / "mine" / "pump.yaml").write_text(blocks("yaml")[0])
    monkeypatch.chdir(tmp_path)
    commands = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(commands) == 6
    for command in commands:
        program, *arguments = shlex.split(command)
        if program == "tidegate":
            found = CliRunner().invoke(app, arguments)
        else:
            module, job, *arguments = arguments
            assert (program, module) == ("python", "-m")
            found = JOBS[job](*arguments)
        assert found.exit_code == 0, f"{command}\n{found.output}"
    rows_by_key = json.loads(Path("registry/pump/5/domains.json").read_bytes())["domains"]
    assert list(rows_by_key) == ["line_1", "line_2", "line_3", "line_4"]
    for folder in ("registry/pump/1", "registry/pump/2", "registry/pump/3", "build/july"):
        assert Path(folder, "report.html").stat().st_size > 50_000
    rows = json.loads(Path("build/july/metrics.json").read_bytes())["parts"]["july"]["rows"]
    assert rows["model"]["auroc"] > max(rows["pump 1"]["auroc"], rows["clock"]["auroc"])


def test_every_figure_of_a_report_is_explained() -> None:
    source = (ROOT / "models" / "report" / "report.py").read_text(encoding="utf-8")
    titles = set(re.findall(r'\("([A-Z][A-Za-z ]+)", plots\.', source))
    assert len(titles) == 6
    assert titles <= set(re.findall(r"^\| ([A-Z][A-Za-z ]+) \|", GUIDE, re.MULTILINE))


def test_the_methods_that_are_advised_exist() -> None:
    from models.adaptation.catalogue import METHODS

    section = GUIDE.split("## Choosing a method")[1].split("\n## ")[0]
    rows = [row.split("|")[2] for row in section.splitlines() if row.startswith("| ")]
    advised = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}
    assert len(advised) > 10
    assert advised - {"normal_rows", "sources", "auto", "domain"} <= set(METHODS)


def test_the_training_file_is_one_that_is_read(tmp_path: Path) -> None:
    from models.training.definition import read_training

    file = tmp_path / "pump.yaml"
    file.write_text(blocks("yaml")[0])
    assert read_training(file).model == "pump"
    assert yaml.safe_load(blocks("yaml")[0])["score"]["embedding"] is True
