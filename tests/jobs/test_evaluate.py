from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from tests.jobs.test_train import said, train
from tests.models.training.files import recording, write

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

pytestmark = pytest.mark.xdist_group("models")


def evaluate(*arguments: str | Path) -> Result:
    from jobs.evaluate import main

    application = typer.Typer()
    application.command()(main)
    return CliRunner().invoke(application, [str(each) for each in arguments])


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    split = {"by": "time", "training": 0.5, "validation": 0.25, "test": 0.25, "gap": 16}
    score = {"embedding": True}
    return write(tmp_path_factory.mktemp("pump"), split=split, score=score)


@pytest.fixture(scope="module")
def plain(file: Path) -> Path:
    out = file.parent / "registry" / "pump" / "1"
    found = train(file, "--out", out, "--set", "method=source_only")
    assert found.exit_code == 0, found.output
    return out


@pytest.fixture(scope="module")
def folder(file: Path, plain: Path) -> Path:
    out = file.parent / "registry" / "pump" / "2"
    found = train(file, "--out", out, "--set", "method=dann", "--reference", plain, report=True)
    assert found.exit_code == 0, found.output
    return out


def metrics(folder: Path) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    return json.loads((folder / "metrics.json").read_bytes())["parts"]


def test_a_training_leaves_its_report_beside_the_model_and_can_be_told_not_to(
    plain: Path, folder: Path
) -> None:
    assert sorted(path.name for path in plain.iterdir()) == ["card.json", "model.onnx"]
    found = sorted(path.name for path in folder.iterdir())
    assert found == ["card.json", "metrics.json", "model.onnx", "report.html"]
    assert list(metrics(folder)["target_test"]["rows"])[:3] == ["model", "pump 1", "random"]
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert 'alt="Training"' in text
    assert 'alt="Embedding"' in text


def test_the_card_keeps_losses_and_lambda_by_epoch(folder: Path) -> None:
    from models.card import Card

    history = Card.read(folder).training["history"]
    assert {"loss.classification", "loss.domain", "lambda"} <= set(history)
    assert all(len(column) == 3 for column in history.values())
    assert history["lambda"] == sorted(history["lambda"])


def test_the_file_that_streams_gives_the_figures_of_the_card(
    file: Path, folder: Path, plain: Path, tmp_path: Path
) -> None:
    from models.card import Card

    found = evaluate(folder, file, "--reference", plain, "--out", tmp_path, "--draws", "20")
    assert found.exit_code == 0, found.output
    row = metrics(tmp_path)["target_test"]["rows"]["model"]
    card = Card.read(folder).metrics["target_test"]
    assert row["auroc"] == pytest.approx(card.auroc, abs=1e-4)
    assert row["auprc"] == pytest.approx(card.auprc, abs=1e-4)
    assert row["at"]["f1"] == pytest.approx(card.f1, abs=1e-4)
    assert metrics(tmp_path)["target_test"]["rows"]["pump 1"]["auroc"] == pytest.approx(
        Card.read(plain).metrics["target_test"].auroc, abs=1e-4
    )
    assert "normalises as the target's" in metrics(tmp_path)["source_test"]["note"]


def test_a_smaller_form_is_measured_beside_the_whole_graph(
    file: Path, plain: Path, tmp_path: Path
) -> None:
    from models.card import Card, sha256_of

    out = tmp_path / "registry" / "pump" / "3"
    found = train(file, "--out", out, "--set", "method=source_only", "--variants", "int8_static")
    assert found.exit_code == 0, found.output
    small = ("--variant", "int8_static", "--draws", "0", "--out", tmp_path / "report")
    found = evaluate(out, file, *small)
    assert found.exit_code == 0, found.output
    document = json.loads((tmp_path / "report" / "metrics.json").read_bytes())
    sha256 = sha256_of(out / "model.int8_static.onnx")
    assert document["model"] == {
        "name": "pump",
        "version": "3",
        "variant": "int8_static",
        "sha256": sha256,
    }
    rows = metrics(tmp_path / "report")["target_test"]["rows"]
    card = Card.read(out)
    assert rows["model"]["auprc"] == pytest.approx(
        card.variants["int8_static"].metrics["target_test"].auprc, abs=1e-4
    )
    assert rows["pump 3"]["auprc"] == pytest.approx(card.metrics["target_test"].auprc, abs=1e-4)
    assert sha256 in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")


def test_new_files_are_measured_as_a_whole(file: Path, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "july").mkdir()
    for at in range(3):
        frame = recording(50 + at, target=True).rename(columns={"anomaly": "fault"})
        frame.to_csv(tmp_path / "july" / f"{at}.csv", index=False)
    data = ("--data", f"july={tmp_path}/july/[0-9].csv", "--label", "fault")
    found = evaluate(folder, file, *data, "--out", tmp_path / "out", "--k", "5", "--draws", "0")
    assert found.exit_code == 0, found.output
    (part,) = metrics(tmp_path / "out").values()
    assert (part["windows"], part["series"], part["k"]) == (147, 3, 5)
    assert part["rows"]["model"]["auroc"] > 0.9


def test_the_two_commands_explain_themselves_with_examples() -> None:
    assert "python -m jobs.evaluate registry/pump/2 pump.yaml" in " ".join(
        evaluate("--help").output.replace("│", " ").split()
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--set", "split.seed=3"), "split.seed is 3, model pump 2 was made with 0"),
        (("--set", "target.files.files=[two/1.csv]"), "two: its samples are not those"),
        (("--set", "window.length=8"), "window.length is 8, model pump 2 expects 16"),
        (("--set", "window.channels={b: K, a: A}"), "window.channels[0] is b, model pump 2"),
        (("--data", "july"), "--data july: expected NAME=FILES"),
        (("--data", "july=none/*.csv"), "none/*.csv: no such file"),
        (("--data", "july=DIR/two/0.csv"), "0.csv is a file of domain two, which model pump 2"),
        (("--variant", "int8"), "registry/pump/2: no variant int8; its card has none"),
        (("--alarms", "0"), "--alarms 0: expected numbers above 0"),
        (("--reference", "DIR/none"), "card.json is missing; make the model with jobs/train.py"),
    ],
)
def test_what_cannot_be_measured_honestly_is_refused_in_one_line(
    file: Path, folder: Path, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    given = [each.replace("DIR", str(file.parent)) for each in arguments]
    found = said(evaluate(folder, file, *given, "--out", tmp_path / "out"))
    assert message in found
    assert "Traceback" not in found
    assert not (tmp_path / "out").exists()


def test_a_changed_file_is_refused(file: Path, folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "pump" / "2"
    copy.mkdir(parents=True)
    for name in ("card.json", "model.onnx"):
        (copy / name).write_bytes((folder / name).read_bytes())
    (copy / "model.onnx").write_bytes((copy / "model.onnx").read_bytes() + b"\0")
    assert "sha256 of model.onnx is" in said(evaluate(copy, file, "--out", tmp_path / "out"))
