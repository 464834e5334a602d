from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from models.training.definition import read_training
from tests.models.training.files import recording, write

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

# What the fixtures train and load is made once, not in each worker.
pytestmark = pytest.mark.xdist_group("models")

ROOT = Path(__file__).resolve().parents[2]


def train(*arguments: str | Path, report: bool = False) -> Result:
    """Runs the job; reports, which take seconds, are tested in test_evaluate.py."""
    from jobs.train import main

    application = typer.Typer()
    application.command()(main)
    switch = [] if report else ["--no-report"]
    return CliRunner().invoke(application, [*(str(each) for each in arguments), *switch])


def said(found: Result) -> str:
    """What was printed, on one line."""
    assert found.exit_code == 2, found.output
    return " ".join(found.output.split())


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("pump"))


@pytest.fixture(scope="module")
def folder(file: Path) -> Path:
    out = file.parent / "registry" / "tiny" / "3"
    found = train(file, "--out", out, "--weights")
    assert found.exit_code == 0, found.output
    return out


def test_the_job_writes_a_folder_that_the_scorer_takes(folder: Path) -> None:
    from models.card import Card
    from models.scorer import Scorer

    card = Card.read(folder)
    assert (card.name, card.version) == ("tiny", "3")
    assert card.parity.windows >= 1000
    assert {"tidegate", "commit", "torch", "numpy"} <= set(card.made_with)
    assert card.parity.largest_difference <= 1e-4
    assert card.metrics["target_test"].auroc > 0.9
    assert len(card.data["origins"]["two"]["files"]) == 6
    scorer = Scorer(folder, expected_sha256=card.sha256, channels=("a", "b"))
    scores = scorer.score_windows(np.zeros((3, 2, 16), dtype=np.float32))
    assert scores.shape == (3, 3)
    assert ((scores[:, 0] >= 0) & (scores[:, 0] <= 1)).all()
    assert [path.name for path in folder.parent.iterdir()] == ["3"]


def test_a_log_has_a_line_an_epoch_and_no_bar(file: Path, tmp_path: Path) -> None:
    short = ("--set", "training.epochs=2", "--set", "method=source_only")
    found = train(file, "--out", tmp_path / "x" / "1", *short)
    assert found.exit_code == 0, found.output
    assert [f"epoch {at}: classification" in found.output for at in (1, 2, 3)] == [
        True,
        True,
        False,
    ]
    assert "━" not in found.output
    assert "0:00:" not in found.output


def test_the_score_is_the_formula_that_the_card_states(folder: Path) -> None:
    from models.card import Card
    from models.scorer import Scorer
    from models.windows import Series, cut

    card = Card.read(folder)
    found = re.search(r"reconstruction_error - (-?[\d.]+)\) / ([\d.]+)\)", card.score)
    assert found is not None
    centre, scale = (float(number) for number in found.groups())
    frame = recording(99, target=True)
    series = Series("new", frame["time"].to_numpy(), frame[["a", "b"]].to_numpy())
    scores = Scorer(folder).score_windows(cut(series, 16, 4).values)
    score, probability, error = scores.astype(np.float64).T
    calibrated = 1.0 / (1.0 + np.exp(-(np.log(error) - centre) / scale))
    np.testing.assert_allclose(score, 0.7 * probability + 0.3 * calibrated, atol=1e-3)


def test_a_training_that_is_killed_ends_with_the_same_file(file: Path, folder: Path) -> None:
    from jobs import train as job

    class KilledError(Exception):
        pass

    def kill(*printed: object) -> None:
        if any(str(each).startswith("epoch 3") for each in printed):
            raise KilledError

    out = file.parent / "killed" / "tiny" / "3"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job.console, "print", kill)
        assert isinstance(train(file, "--out", out, "--weights").exception, KilledError)
    assert [path.name for path in out.parent.iterdir()] == [".3.checkpoint"]
    found = train(file, "--out", out, "--weights")
    assert found.exit_code == 0, found.output
    assert [path.name for path in out.parent.iterdir()] == ["3"]
    for name in ("model.onnx", "weights.safetensors"):
        assert (out / name).read_bytes() == (folder / name).read_bytes()


def test_a_model_that_is_there_is_not_replaced_unasked(file: Path, folder: Path) -> None:
    before = (folder / "card.json").read_bytes()
    assert "exists; give another --out, or --force" in said(train(file, "--out", folder))
    assert (folder / "card.json").read_bytes() == before


def test_the_deployed_weights_are_gone_on_from(file: Path, folder: Path) -> None:
    settings = ("--set", f"method={{continual: {{deployed: {folder}}}}}")
    found = train(file, "--out", file.parent / "next" / "tiny" / "4", *settings)
    assert found.exit_code == 0, found.output


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("method=dan", "method: dan, expected one of source_only"),
        ("method={dann: {wait: 1}}", "method.dann: unknown setting wait, expected weight, hidden"),
        ("method={dann: {weight: much}}", "method.dann.weight: found 'much'"),
        ("training.epoch=3", "training: unknown setting epoch"),
        ("training.stop_by=committee", "training.stop_by: committee, expected one of source_risk"),
        ("network.options={wide: 3}", "network.options: unknown setting wide"),
        ("network.encoder=rnn", "training.yaml: network.encoder: found 'rnn'"),
        ("window.features=[{sum: {}}]", "window.features.0: sum, expected one of magnitude"),
        ("augmentation=[{shake: {}}]", "augmentation.0: shake, expected one of rotation"),
        (
            "augmentation=[{rotation: {triads: [[a, b, c]]}}]",
            "augmentation.0.triads: c is none of the channels",
        ),
        ("augmentation=[{jitter: {deviations: -1}}]", "jitter.deviations: -1, expected above 0"),
        ("training.batch=5000", "windows, expected at least 5000; give more data"),
        ("split={by: time, training: 0.98, validation: 0.01, test: 0.01}", "windows, expected at"),
        ("target.files.files=[none/*.csv]", "none/*.csv: no such file"),
        ("sources.0.files.label=null", "source one: no label column"),
        ("window.channels.c=K", "no column c"),
        ("score.of=target_normal", "no target window is declared normal"),
        (
            "target=null",
            "method: per_domain_normalisation: it adapts to a target, and there is none",
        ),
    ],
)
def test_settings_that_cannot_be_are_refused_in_one_line(
    file: Path, tmp_path: Path, setting: str, message: str
) -> None:
    found = said(train(file, "--out", tmp_path / "x" / "1", "--set", setting))
    assert message in found
    assert "Traceback" not in found
    assert not (tmp_path / "x" / "1").exists()


def broken(folder: Path, change: str) -> None:
    """Spoils the source's third file, or all of them."""
    for path in sorted((folder / "one").glob("*.csv")):
        frame = pd.read_csv(path)
        if change == "nan" and path.name == "2.csv":
            frame["b"] = frame["b"].astype(object)
            frame.loc[7, "b"] = ""
        if change == "text" and path.name == "2.csv":
            frame["b"] = frame["b"].astype(object)
            frame.loc[7, "b"] = "open"
        if change == "constant":
            frame["b"] = 4.5
        if change == "one class":
            frame["anomaly"] = 0
        frame.to_csv(path, index=False)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("nan", "source one: series 2, row 8, column b: nan, expected a finite number"),
        ("text", "2.csv, row 8, column b: 'open' is no number"),
        ("constant", "source one: column b never changes; leave it out"),
        ("one class", "windows are normal, expected two classes or more"),
    ],
)
def test_data_that_cannot_be_learnt_from_are_refused_with_their_place(
    tmp_path: Path, change: str, message: str
) -> None:
    file = write(tmp_path)
    broken(tmp_path, change)
    assert message in said(train(file, "--out", tmp_path / "x" / "1"))


def test_a_target_that_is_the_source_is_refused(file: Path, tmp_path: Path) -> None:
    same = ("--set", "target.files.files=[one/*.csv]")
    message = said(train(file, "--out", tmp_path / "x" / "1", *same))
    assert "target two: series 0 has the samples of source one's series 0" in message


def test_the_demo_s_training_file_names_the_window_of_its_pipeline() -> None:
    from tidegate.pipeline import load_pipeline

    window = read_training(ROOT / "training" / "cobot.yaml").window
    pipeline = load_pipeline(ROOT / "pipelines" / "cobot.yaml").window
    assert pipeline is not None
    assert window.names == tuple(pipeline.channels)
    assert window.length == pipeline.length


def test_own_normal_is_one_graph_like_any_other(tmp_path: Path) -> None:
    from models.card import Card

    file, out = write(tmp_path), tmp_path / "own" / "tiny" / "1"
    for path in tmp_path.glob("*/*.csv"):
        frame = pd.read_csv(path)
        frame["b"] += 4 * frame["b"].std() * frame["anomaly"]
        frame.to_csv(path, index=False)
    settings = ["target.normal_rows=40", "score.of=target_normal", "window.label=majority"]
    settings += ["method={own_normal: {regime: normal}}"]
    found = train(file, "--out", out, *(part for each in settings for part in ("--set", each)))
    assert found.exit_code == 0, found.output
    card = Card.read(out)
    assert card.method == {"name": "own_normal", "regime": "normal"}
    assert card.threshold.chosen_by.endswith(
        "target windows declared normal, each quarter by the statistics of the others"
    )
    assert card.metrics["target_test"].auroc > 0.95


def test_auto_writes_into_the_card_what_it_tried_and_why_it_took_one(file: Path) -> None:
    from models.card import Card

    out = file.parent / "auto" / "tiny" / "1"
    asked = "method={auto: {trials: 2, methods: [source_only, shared_batch_norm]}}"
    found = train(file, "--out", out, "--set", asked, "--set", "training.epochs=2")
    assert found.exit_code == 0, found.output
    card = Card.read(out)
    assert card.method["name"] in ("source_only", "shared_batch_norm")
    assert card.selection["trials"] == 2
    assert "candidates of 2 methods" in card.selection["reason"]
    assert "oracle" not in card.selection
    assert [path.name for path in out.parent.iterdir()] == ["1"]


def test_a_few_labels_of_the_target_may_be_learnt_from_and_the_card_says_so(file: Path) -> None:
    from models.card import Card

    out = file.parent / "few" / "tiny" / "1"
    settings = ("--set", "split.labelled=0.25", "--set", "method=semi_supervised")
    found = train(file, "--out", out, *settings)
    assert found.exit_code == 0, found.output
    card = Card.read(out)
    assert card.data["parts"]["target_labelled"]["windows"] == 49
    assert card.data["target_labels"] == "learnt from those of 49 windows"


def test_several_sources_are_measured_each_by_itself(tmp_path: Path) -> None:
    from models.card import Card

    file, out = write(tmp_path), tmp_path / "several" / "tiny" / "1"
    (tmp_path / "three").mkdir()
    for at in range(6):
        frame = recording(at + 20)
        frame["a"] += 2
        frame.to_csv(tmp_path / "three" / f"{at}.csv", index=False)
    third = "{name: three, files: {files: [three/*.csv], time: time, label: anomaly}}"
    text = "{name: one, files: {files: [one/*.csv], time: time, label: anomaly}}"
    settings = ("--set", f"sources=[{text}, {third}]", "--set", "method=moment_matching")
    found = train(file, "--out", out, *settings)
    assert found.exit_code == 0, found.output
    metrics = Card.read(out).metrics
    assert {"source_one_test", "source_three_test", "target_test"} <= set(metrics)


def test_smaller_forms_are_in_the_folder_with_what_they_lose_and_gain(file: Path) -> None:
    from models.card import Card
    from models.scorer import Scorer

    out = file.parent / "small" / "tiny" / "1"
    kinds = ("int8_static", "fp16")
    found = train(file, "--out", out, "--variants", ",".join(kinds), "--budget-ms", "0.001")
    assert found.exit_code == 0, found.output
    card = Card.read(out)
    assert tuple(card.variants) == kinds
    assert card.speed is not None
    assert not card.speed.within_budget
    printed = " ".join(found.output.split())
    assert "warning: model.onnx is outside the budget: one window in a hundred" in printed
    assert card.command.endswith("--variants int8_static,fp16 --budget-ms 0.001")
    windows = np.random.default_rng(0).normal(size=(5, 2, 16)).astype(np.float32)
    for kind, variant in card.variants.items():
        assert set(variant.metrics) == {"source_test", "target_test"} == set(variant.auprc_lost)
        for part, lost in variant.auprc_lost.items():
            assert lost == pytest.approx(card.metrics[part].auprc - variant.metrics[part].auprc)
            assert abs(lost) < 0.1
        assert variant.gain == pytest.approx(
            variant.speed.windows_per_second / card.speed.windows_per_second, abs=1e-3
        )
        chosen = Scorer(out, variant=kind)
        assert chosen.card.sha256 == variant.sha256
        scores = chosen.score_windows(windows)
        assert scores.dtype == np.float32
        planned = Scorer(out, expected_sha256=variant.sha256, channels=("a", "b"))
        assert planned.score_windows(windows).tobytes() == scores.tobytes()
        assert scores.tobytes() != Scorer(out).score_windows(windows).tobytes()


def test_a_variant_that_there_is_not_is_refused_before_training(file: Path, tmp_path: Path) -> None:
    found = said(train(file, "--out", tmp_path / "x" / "1", "--variants", "int4"))
    assert "--variants: int4, expected some of int8_dynamic,int8_static,fp16" in found
    assert "epoch 1" not in found
