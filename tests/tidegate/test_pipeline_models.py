"""The model of a pipeline: what its card says, and what is refused with one line."""

import pytest

from tests.tidegate.pipelines import document, plan, write_card
from tidegate.errors import ModelError


def test_model_facts_come_from_the_card(folder):
    model = plan(folder, document(model={"path": "model", "batch_interval": "20ms"}))["model"]
    assert (model["name"], model["version"], model["threshold"]) == ("m", "3", 0.5)
    assert model["path"] == str(folder / "model")
    assert model["batch_interval_ms"] == 20
    overridden = plan(folder, document(model={"path": "model", "threshold": 0.9}))["model"]
    assert overridden["threshold"] == 0.9


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sha256": "0" * 64}, r"model model: sha256 of model\.onnx is .*, the card says 000"),
        ({"inputs": []}, r"card\.json: inputs: expected an input 'window'"),
        ({"outputs": ["probability"]}, r"card\.json: outputs: expected one called 'score'"),
        ({"threshold": {}}, r"card\.json: threshold\.value: Field required"),
    ],
)
def test_model_that_is_not_what_its_card_says_is_refused(folder, changes, message):
    write_card(folder / "model", **changes)
    with pytest.raises(ModelError, match=message):
        plan(folder, document())


@pytest.mark.parametrize("name", ["card.json", "model.onnx"])
def test_missing_model_file_is_named(folder, name):
    (folder / "model" / name).unlink()
    with pytest.raises(ModelError, match=rf"^model model: {name} is missing"):
        plan(folder, document())


def test_card_that_is_no_json_is_refused(folder):
    (folder / "model" / "card.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"card\.json: not JSON"):
        plan(folder, document())
