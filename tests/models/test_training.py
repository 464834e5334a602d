from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from models.errors import ParityError, TrainingError
from models.generator import CHANNELS
from models.normaliser import Normaliser
from models.windows import Windows

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

# What the fixtures train and load is made once, not in each worker.
pytestmark = pytest.mark.xdist_group("models")

TINY = ["--epochs", "1", "--sessions", "2", "--minutes", "80", "--convolutions", "4,4,8"]
TINY += ["--hidden", "8", "--latent", "8"]


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    from jobs.train import main

    application = typer.Typer()
    application.command()(main)
    return application


@pytest.fixture(scope="module")
def folder(app: typer.Typer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("registry") / "tiny" / "3"
    found = CliRunner().invoke(app, ["--out", str(out), *TINY])
    assert found.exit_code == 0, found.output
    return out


def test_the_job_writes_a_folder_that_the_scorer_takes(folder: Path) -> None:
    from models.card import Card
    from models.scorer import Scorer

    card = Card.read(folder)
    assert (card.name, card.version) == ("tiny", "3")
    assert card.parity.windows >= 1000
    scorer = Scorer(folder, expected_sha256=card.sha256, channels=CHANNELS)
    scores = scorer.score_windows(np.zeros((3, 19, 32), dtype=np.float32))
    assert scores.shape == (3, 3)
    assert ((scores[:, 0] >= 0) & (scores[:, 0] <= 1)).all()
    assert [path.name for path in folder.parent.iterdir()] == ["3"]


def test_the_score_is_the_formula_that_the_card_states(folder: Path) -> None:
    from models.card import Card
    from models.domain import series_of
    from models.generator import SOURCE, make_session
    from models.scorer import Scorer
    from models.windows import cut

    card = Card.read(folder)
    found = re.search(r"reconstruction_error - (-?[\d.]+)\) / ([\d.]+)\)", card.score)
    assert found is not None
    centre, scale = (float(number) for number in found.groups())
    windows = cut(series_of(make_session(SOURCE, 600, seed=4), "four"), 32, 16).values
    score, probability, error = Scorer(folder).score_windows(windows).astype(np.float64).T
    calibrated = 1.0 / (1.0 + np.exp(-(np.log(error) - centre) / scale))
    np.testing.assert_allclose(score, 0.7 * probability + 0.3 * calibrated, atol=1e-3)


def test_the_same_seed_gives_the_same_file(app: typer.Typer, folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "tiny" / "3"
    assert CliRunner().invoke(app, ["--out", str(again), *TINY]).exit_code == 0
    assert (again / "model.onnx").read_bytes() == (folder / "model.onnx").read_bytes()


def test_a_model_that_is_there_is_not_replaced_unasked(app: typer.Typer, folder: Path) -> None:
    before = (folder / "card.json").read_bytes()
    found = CliRunner().invoke(app, ["--out", str(folder), *TINY])
    assert found.exit_code == 2
    assert "exists; give another --out, or --force" in found.output
    assert (folder / "card.json").read_bytes() == before


def test_widths_that_cannot_be_read_are_named(app: typer.Typer, tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["--out", str(tmp_path / "x"), "--convolutions", "4,four"])
    assert found.exit_code == 2
    assert "expected three numbers" in found.output


def detector() -> Any:
    from models.networks.detector import Detector, Widths

    one = np.ones(2, dtype=np.float32)
    widths = Widths(convolutions=(4, 4, 4), hidden=4, latent=4, classifier=4)
    return Detector(2, 8, Normaliser(0 * one, one, one < 0), widths)


def windows(count: int, anomalous: int) -> Windows:
    values = np.random.default_rng(0).normal(size=(count, 2, 8)).astype(np.float32)
    return Windows.of(values, (np.arange(count) < anomalous).astype(np.int64))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (windows(10, 5), "10 windows, expected at least 64"),
        (windows(64, 0), "all 64 windows are normal"),
        (windows(64, 64), "all 64 windows are of class 1"),
    ],
)
def test_windows_that_cannot_be_trained_on_are_refused(source: Windows, message: str) -> None:
    from models.training import Schedule, train

    with pytest.raises(TrainingError, match=message):
        train(detector(), source, source, Schedule())


def test_a_window_with_nan_is_named() -> None:
    from models.training import Schedule, train

    source = windows(64, 9)
    source.values[7, 1, 3] = np.nan
    with pytest.raises(TrainingError, match="window 7 has NaN"):
        train(detector(), source, source, Schedule())


def test_the_graph_s_normaliser_is_the_fitted_one() -> None:
    from models.networks.detector import Detector, Widths

    values = np.random.default_rng(0).normal(40.0, 3.0, (20, 2, 8)).astype(np.float32)
    values[0, 0, 0] = 1e6
    fitted = Normaliser.fit(values[1:], ("a", "b"), relative=("b",))
    inside = Detector(2, 8, fitted, Widths()).standardise(torch.from_numpy(values)).numpy()
    np.testing.assert_allclose(inside, fitted.apply(values), atol=1e-5)


def scoring_graph() -> Any:
    from models.networks.detector import Calibration, ScoringGraph

    return ScoringGraph(detector(), Calibration(0.0, 1.0))


def test_a_graph_is_not_exported_without_enough_windows_to_compare(tmp_path: Path) -> None:
    from models.export import export

    with pytest.raises(ParityError, match="999 windows to compare on, expected 1000"):
        export(scoring_graph(), tmp_path / "m.onnx", ("a", "b"), windows(999, 1).values)


def test_a_graph_that_differs_from_the_network_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models import export

    class Shaken(torch.nn.Module):
        """Gives one thing while it is traced and another afterwards."""

        def __init__(self) -> None:
            super().__init__()
            self.graph = scoring_graph()

        def forward(self, window: Any) -> tuple[Any, ...]:
            shift = 0.0 if torch.onnx.is_in_onnx_export() else 2e-4
            return tuple(output + shift for output in self.graph(window))

    path = tmp_path / "m.onnx"
    with pytest.raises(ParityError, match="differs from the network by 2"):
        export.export(Shaken(), path, ("a", "b"), windows(1000, 1).values)
    assert not path.exists()


def test_calibration_puts_the_median_at_a_twentieth_and_the_tail_at_a_half() -> None:
    from models.training import calibrate

    errors = np.random.default_rng(0).lognormal(size=20_000).astype(np.float32)
    calibration = calibrate(errors)

    def calibrated(error: float) -> float:
        return float(1 / (1 + np.exp(-(np.log(error) - calibration.centre) / calibration.scale)))

    assert calibrated(float(np.percentile(errors, 50))) == pytest.approx(0.05, abs=1e-3)
    assert calibrated(float(np.percentile(errors, 99))) == pytest.approx(0.5, abs=1e-3)
