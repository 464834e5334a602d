from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from models.training.definition import TrainingDefinition, read_training
from tests.models.training.files import write
from tidegate.errors import DocumentError, OptionError

ROOT = Path(__file__).resolve().parents[3]


def test_the_guide_s_example_is_a_training_file(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "models.md").read_text(), re.S)
    # The first is a whole file, each further one a part in the place of its own.
    example, *parts = (yaml.safe_load(block) for block in blocks)
    assert parts
    path = tmp_path / "training.yaml"
    for part in ({}, *parts):
        path.write_text(yaml.safe_dump({**example, **part}))
        assert read_training(path).model == "pump"


@pytest.mark.parametrize("path", sorted((ROOT / "training").glob("*.yaml")), ids=lambda p: p.name)
def test_every_training_file_of_ours_can_be_read(path: Path) -> None:
    assert isinstance(read_training(path), TrainingDefinition)


def test_a_method_without_settings_is_its_name(tmp_path: Path) -> None:
    definition = read_training(write(tmp_path), ["method=dann"])
    assert definition.method == {"dann": {}}


def test_a_setting_overrides_the_file_and_the_environment_fills_it(tmp_path: Path) -> None:
    path = write(tmp_path, model="${NAME:-pump}")
    assert read_training(path, environment={}).model == "pump"
    found = read_training(path, ["training.epochs=7", "window.length=8"], {"NAME": "other"})
    assert (found.model, found.training["epochs"], found.window.length) == ("other", 7, 8)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"window": {"length": 3}}, "window.channels: missing; add it"),
        ({"sources": []}, "sources: "),
        ({"sources": [{"name": "one"}]}, "domain one: nothing, expected one of generated, files"),
        ({"speed": 3}, "speed: unknown key"),
        ({"method": {"dann": {}, "mmd": {}}}, "method: "),
        (
            {"window": {"channels": {"a": "A"}, "length": 3, "hidden": ["b"]}},
            "hidden: b is none of the channels",
        ),
        (
            {"window": {"channels": {"a": "A"}, "length": 3, "hidden": ["a"]}},
            "hidden: all channels are, and there are no features",
        ),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=re.escape(message)):
        read_training(write(tmp_path, **changes))


def test_a_missing_file_and_a_setting_without_a_value_are_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no such file"):
        read_training(tmp_path / "none.yaml")
    with pytest.raises(OptionError, match="expected key=value"):
        read_training(write(tmp_path), ["training.epochs"])
