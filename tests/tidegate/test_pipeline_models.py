"""The model of a pipeline: what its card says, and what is refused with one line."""

import hashlib

import pytest

from tests.tidegate.pipelines import CHANNELS, document, plan, write_card
from tidegate.errors import DocumentError, ModelError, RegistryError
from tidegate.registry import Registry


def test_model_facts_come_from_the_card(folder):
    model = plan(folder, document(model={"path": "model", "batch_interval": "20ms"}))["model"]
    assert (model["name"], model["version"], model["threshold"]) == ("m", "3", 0.5)
    assert model["path"] == str(folder / "model")
    assert model["batch_interval_ms"] == 20
    overridden = plan(folder, document(model={"path": "model", "threshold": 0.9}))["model"]
    assert overridden["threshold"] == 0.9


def with_domains(model, rows=b"{}"):
    (model / "domains.json").write_bytes(rows)
    sha256 = hashlib.sha256(b"{}").hexdigest()
    window = {"name": "window", "channels": CHANNELS, "length": 8}
    domain = {
        "name": "domain",
        "parameters": ["mean(a)"],
        "file": "domains.json",
        "sha256": sha256,
        "unknown": "invalid",
    }
    write_card(model, inputs=[window, domain])
    return sha256


def test_the_plan_has_the_numbers_of_keys_where_the_model_has_some(folder):
    assert plan(folder, document())["model"]["domains"] is None
    sha256 = with_domains(folder / "model")
    found = plan(folder, document())["model"]["domains"]
    assert found == {"file": "domains.json", "sha256": sha256, "unknown": "invalid"}


def test_altered_numbers_of_keys_are_refused(folder):
    with_domains(folder / "model", rows=b"{ }")
    with pytest.raises(ModelError, match=r"model model: sha256 of domains\.json is .*, the card"):
        plan(folder, document())
    (folder / "model" / "domains.json").unlink()
    with pytest.raises(ModelError, match=r"^model model: domains\.json is missing"):
        plan(folder, document())


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


@pytest.fixture
def registry(folder):
    """Versions 3 and 4 of the model, in the folder where a pipeline looks for names."""
    found = Registry("registry")
    for version in ("3", "4"):
        write_card(folder / "model", version=version)
        found.publish(folder / "model", "m", version)
    return found


def test_a_name_stands_for_the_version_that_it_serves_when_the_plan_is_made(folder, registry):
    registry.promote("m", "3", "ada", "now")
    model = plan(folder, document(model={"name": "m"}))["model"]
    assert (model["version"], model["path"]) == ("3", str(folder / "registry" / "m" / "3"))
    registry.promote("m", "4", "ada", "now")
    assert plan(folder, document(model={"name": "m", "version": "current"}))["model"][
        "version"
    ] == ("4")
    assert plan(folder, document(model={"name": "m", "version": 3}))["model"]["version"] == "3"


def test_a_registry_elsewhere_is_copied_to_a_folder(folder, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    Registry("memory://models").publish(folder / "model", "m", "3")
    asked = {"name": "m", "version": 3, "registry": "memory://models"}
    model = plan(folder, document(model=asked))["model"]
    assert model["path"].startswith(str(folder / "cache" / "tidegate" / "models" / "m" / "3-"))


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ({"name": "m"}, "model m: no version is promoted; name one of 3, 4"),
        ({"name": "m", "version": 5}, "model m: no version 5 in .*; there are 3, 4"),
        ({"name": "n"}, "no model n; it has m"),
    ],
)
def test_a_name_without_such_a_version_is_refused(folder, registry, model, message):
    with pytest.raises(RegistryError, match=message):
        plan(folder, document(model=model))


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ({"threshold": 0.5}, r"model: .*expected either path, a model's folder, or name"),
        ({"path": "model", "name": "m"}, r"model: .*expected either path, a model's folder"),
        ({"path": "model", "version": 3}, r"model: .*version and registry go with name"),
        ({"name": "m", "registry": "none"}, r"model\.registry: none: no such file"),
    ],
)
def test_a_model_is_named_in_one_way(folder, model, message):
    with pytest.raises(DocumentError, match=message):
        plan(folder, document(model=model))


def test_a_variant_has_a_file_and_a_hash_of_its_own(folder):
    sha256 = hashlib.sha256(b"small").hexdigest()
    small = folder / "model" / "model.fp16.onnx"
    small.write_bytes(b"small")
    write_card(folder / "model", variants={"fp16": {"file": small.name, "sha256": sha256}})
    found = plan(folder, document(model={"path": "model", "variant": "fp16"}))["model"]
    assert (found["file"], found["sha256"]) == ("model.fp16.onnx", sha256)
    with pytest.raises(ModelError, match="no variant int8_static; its card has fp16: make it"):
        plan(folder, document(model={"path": "model", "variant": "int8_static"}))
    small.write_bytes(b"altered")
    with pytest.raises(ModelError, match=r"sha256 of model\.fp16\.onnx is .*, the card says"):
        plan(folder, document(model={"path": "model", "variant": "fp16"}))
