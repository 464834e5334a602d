"""`tidegate models` over a registry with two versions of one model."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import tidegate
from tests.models.folders import card_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for version in ("1", "2"):
        folder = tmp_path / "pump" / version
        folder.mkdir(parents=True)
        (folder / "model.onnx").write_bytes(version.encode())
        card = card_of(folder).model_copy(update={"name": "pump", "version": version})
        card.write(folder)
    return tmp_path


def models(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return tidegate("models", *arguments, "--registry", str(root))


def printed(found: subprocess.CompletedProcess[str]) -> str:
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


def refused(found: subprocess.CompletedProcess[str]) -> str:
    assert found.returncode == 2, found.stdout
    assert "Traceback" not in found.stderr
    return found.stderr.strip()


def test_a_version_is_promoted_replaced_and_rolled_back_to(root: Path) -> None:
    assert printed(models(root, "promote", "pump", "1")) == "pump serves 1"
    assert printed(models(root, "promote", "pump", "2")) == "pump serves 2 instead of 1"
    assert printed(models(root, "promote", "pump", "2")) == "pump serves 2 already"
    listed = printed(models(root, "list")).splitlines()
    assert [line.split()[:3] for line in listed[:-1]] == [
        ["pump", "1", "-"],
        ["pump", "2", "serving"],
    ]
    assert printed(models(root, "rollback", "pump")) == "pump serves 1 instead of 2"
    error = "error: model pump: nothing was served before 1; promote another version"
    assert refused(models(root, "rollback", "pump")) == error
    shown = printed(models(root, "show", "pump")).splitlines()
    assert shown[0] == "model: pump 1"
    assert [line.split(" at ")[0] for line in shown[-4:]] == [
        "promote: 1",
        "promote: 2",
        "rollback: 1",
        "serving: 1",
    ]


def test_everything_that_is_wrong_is_said_in_a_line_each(root: Path) -> None:
    assert printed(models(root, "verify")).endswith("versions intact: 2")
    (root / "pump" / "2" / "model.onnx").write_bytes(b"altered")
    shutil.copytree(root / "pump" / "1", root / "pump" / "3")
    (root / "pump" / "4").mkdir()
    found = models(root, "verify")
    altered, copied, half = refused(found).splitlines()
    assert re.search(r"2: sha256 of model\.onnx is \w+, the card says \w+; restore", altered)
    assert "pump 3: card.json is that of pump 1" in copied
    assert "pump 4: card.json is missing: half-written; remove" in half
    assert found.stdout.startswith("pump  1  intact")
    assert "half-written" in printed(models(root, "list", "pump"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("promote", "pump", "9"), "model pump: no version 9 in .*; there are 1, 2"),
        (("show", "fan"), "no model fan; it has pump"),
        (("list", "fan"), "no model fan; it has pump"),
        (("verify", "pump", "current"), "model pump: no version is promoted; name one of 1, 2"),
        (("rollback", "pump"), "model pump: no version is promoted"),
    ],
)
def test_what_is_not_there_is_named(root: Path, arguments: tuple[str, ...], message: str) -> None:
    (line,) = refused(models(root, *arguments)).splitlines()
    assert re.search(message, line)


def test_a_folder_is_published_as_what_its_card_says(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    folder = str(root / "pump" / "2")
    assert printed(models(other, "publish", folder)) == f"published: {other}/pump/2"
    assert printed(models(other, "verify")).startswith("pump  2  intact")
    assert "pump 2: exists in" in refused(models(other, "publish", folder))


def test_an_empty_registry_is_not_called_intact(tmp_path: Path) -> None:
    assert "there is no model in it" in refused(models(tmp_path, "verify"))


def test_the_repository_s_own_models_are_intact() -> None:
    assert "cobot  1  intact" in printed(tidegate("models", "verify"))
