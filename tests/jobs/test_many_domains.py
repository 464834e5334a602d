"""A training whose graph takes the numbers of a domain, and what is measured with it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.jobs.test_evaluate import evaluate
from tests.jobs.test_train import said, train
from tests.models.training.files import recording, write

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

# What the fixtures train and load is made once, not in each worker.
pytestmark = pytest.mark.xdist_group("models")

MANY = ("--set", "score.domains=input")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("pump"))


@pytest.fixture(scope="module")
def folder(file: Path) -> Path:
    out = file.parent / "registry" / "pump" / "1"
    found = train(file, "--out", out, *MANY, "--variants", "int8_static")
    assert found.exit_code == 0, found.output
    return out


def test_the_card_declares_the_input_and_the_file_has_a_row_for_each_domain(folder: Path) -> None:
    from models.card import Card
    from models.scorer import Scorer

    card = Card.read(folder)
    assert card.domain is not None
    assert card.domain.parameters == ("mean(a)", "mean(b)", "deviation(a)", "deviation(b)")
    assert (card.domain.file, card.domain.unknown) == ("domains.json", "default")
    assert card.parity.windows >= 1000
    assert card.parity.largest_difference <= 1e-4
    assert card.data["domains"] == {"one": "this training", "two": "this training"}
    table = Scorer(folder, channels=("a", "b")).domains
    assert table is not None
    np.testing.assert_array_equal(table.default, table.rows["two"])
    np.testing.assert_allclose(table.rows["one"][:2], [0, 0], atol=0.15)
    np.testing.assert_allclose(table.rows["two"][:2], [5, -1], atol=0.15)


def test_the_graph_gives_what_the_graph_of_the_target_alone_gives(
    file: Path, folder: Path, tmp_path: Path
) -> None:
    from models.scorer import Scorer

    assert train(file, "--out", tmp_path / "alone" / "1").exit_code == 0
    alone, many = Scorer(tmp_path / "alone" / "1"), Scorer(folder)
    frame = recording(99, target=True)[["a", "b"]].to_numpy(np.float32)
    windows = np.stack([frame[at : at + 16].T for at in range(0, 320, 5)])
    expected = alone.score_windows(windows)
    np.testing.assert_allclose(many.score_windows(windows), expected, rtol=0, atol=1e-5)
    keys = ["two"] * len(windows)
    np.testing.assert_allclose(many.score_windows(windows, keys), expected, rtol=0, atol=1e-5)


def test_each_domain_is_measured_by_its_own_numbers(
    file: Path, folder: Path, tmp_path: Path
) -> None:
    from models.card import Card

    found = evaluate(folder, file, "--out", tmp_path, "--draws", "0")
    assert found.exit_code == 0, found.output
    parts = json.loads((tmp_path / "metrics.json").read_bytes())["parts"]
    stated = Card.read(folder).metrics
    for part in ("source_test", "target_test"):
        assert parts[part]["rows"]["model"]["auroc"] == pytest.approx(stated[part].auroc, abs=1e-4)
        assert parts[part]["note"] == ""


def test_new_files_are_measured_by_the_numbers_of_the_key_they_are_given(
    file: Path, folder: Path, tmp_path: Path
) -> None:
    recording(50).to_csv(tmp_path / "new.csv", index=False)
    data = [f"one={tmp_path}/new.csv", f"nobody={tmp_path}/new.csv"]
    given = [part for each in data for part in ("--data", each)]
    found = evaluate(folder, file, *given, "--out", tmp_path, "--draws", "0")
    assert found.exit_code == 0, found.output
    assert "nobody: pump 1 has no numbers of nobody; scored by the default's" in found.output
    assert "one: pump" not in found.output
    parts = json.loads((tmp_path / "metrics.json").read_bytes())["parts"]
    rate = {
        part: parts[part]["rows"]["model"]["at"]["false_positive_rate"]
        for part in ("one", "nobody")
    }
    assert rate["one"] < 0.5 < rate["nobody"]


@pytest.mark.parametrize(
    ("method", "why"),
    [
        ("source_only", "it standardises every domain by the source's numbers"),
        ("domain_specific_batch_norm", "it keeps batch-norm statistics of each domain"),
        ("{mcc: {separate_norms: true}}", "it keeps batch-norm statistics of each domain"),
        ("{auto: {methods: [coral, source_only], trials: 2}}", "it standardises every domain by"),
    ],
)
def test_a_method_that_has_no_such_graph_is_refused(
    file: Path, tmp_path: Path, method: str, why: str
) -> None:
    found = said(train(file, "--out", tmp_path / "x" / "1", *MANY, "--set", f"method={method}"))
    assert "score.domains: input: " + why in found
    assert "epoch 1" not in found


def test_unknown_is_asked_of_an_input_alone(file: Path, tmp_path: Path) -> None:
    found = said(train(file, "--out", tmp_path / "x" / "1", "--set", "score.unknown=invalid"))
    assert "unknown: invalid is for domains: input" in found


def test_own_normal_serves_many_too(file: Path, tmp_path: Path) -> None:
    from models.card import Card

    out = tmp_path / "x" / "1"
    settings = [*MANY, "--set", "score.unknown=invalid", "--set", "window.statistics=normal"]
    settings += ["--set", "method={own_normal: {regime: normal}}"]
    settings += ["--set", "target.normal_rows=40"]
    found = train(file, "--out", out, *settings)
    assert found.exit_code == 0, found.output
    domain = Card.read(out).domain
    assert domain is not None
    assert domain.unknown == "invalid"
    assert domain.parameters[:4] == (
        "features.0.centre(a)",
        "features.0.centre(b)",
        "features.0.spread(a)",
        "features.0.spread(b)",
    )
