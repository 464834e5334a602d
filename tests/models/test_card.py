from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from models.card import CARD_FILE, MODEL_FILE, Card
from models.errors import CardError
from tests.models.folders import card_of
from tidegate.errors import ModelError

REGISTRY = Path(__file__).resolve().parents[2] / "registry" / "cobot" / "1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / MODEL_FILE).write_bytes(b"a model")
    card_of(tmp_path).write(tmp_path)
    return tmp_path


def edit(folder: Path, **changes: Any) -> None:
    document = json.loads((folder / CARD_FILE).read_text())
    (folder / CARD_FILE).write_text(json.dumps(document | changes))


def test_a_card_that_is_read_is_what_was_written(folder: Path) -> None:
    assert Card.read(folder) == card_of(folder)


def test_a_card_is_not_written_beside_another_model(folder: Path) -> None:
    card = card_of(folder)
    (folder / MODEL_FILE).write_bytes(b"another model")
    with pytest.raises(CardError, match="the card to write says"):
        card.write(folder)
    assert not list(folder.glob("*.part"))


def test_a_card_of_an_altered_model_is_refused(folder: Path) -> None:
    (folder / MODEL_FILE).write_bytes(b"another model")
    with pytest.raises(ModelError, match="the card says"):
        Card.read(folder)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"surprise": 1}, "surprise"),
        ({"threshold": {"value": 1.5, "chosen_by": "hand"}}, r"threshold\.value"),
        ({"metrics": {"source": {"auroc": 2}}}, r"metrics\.source"),
        ({"inputs": [{"name": "window", "channels": [], "length": 8}]}, "inputs"),
        ({"outputs": ["probability", "score"]}, "outputs"),
        ({"command": ""}, "command"),
    ],
)
def test_a_card_that_says_what_cannot_be_is_refused(
    folder: Path, changes: dict[str, Any], message: str
) -> None:
    edit(folder, **changes)
    with pytest.raises(ModelError, match=message):
        Card.read(folder)


def test_a_channel_that_occurs_twice_is_named(folder: Path) -> None:
    document = json.loads((folder / CARD_FILE).read_text())
    window = document["inputs"][0]
    window["channels"].append(window["channels"][0])
    edit(folder, inputs=[window])
    with pytest.raises(CardError, match="channels occur twice: current"):
        Card.read(folder)


def test_a_card_cannot_be_changed(folder: Path) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Card.read(folder).threshold.value = 0.1  # type: ignore[misc]


def test_the_committed_card_has_the_window_of_the_pipeline() -> None:
    import yaml

    card = Card.read(REGISTRY)
    pipeline = yaml.safe_load((REGISTRY.parents[2] / "pipelines" / "cobot.yaml").read_text())
    window = pipeline["window"]
    assert [channel.name for channel in card.window.channels] == window["channels"]
    assert card.window.length == window["length"]
    assert card.parity.windows >= 1000
    assert card.parity.largest_difference <= 1e-4
