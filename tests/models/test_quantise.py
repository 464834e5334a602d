from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import TrainingError
from models.runtime import CPU, Session
from tests.models.adaptation import toy

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

KINDS = ("int8_dynamic", "int8_static", "fp16")
ENCODERS = {
    "cnn_bilstm": {"widths": (4, 4, 4), "hidden": 4, "latent": 8},
    "cnn": {"widths": (4, 4, 8)},
    "tcn": {"width": 4, "blocks": 3, "latent": 8},
    "patch_transformer": {"length": toy.LENGTH, "patch": 4, "width": 8, "heads": 2},
}


def windows(count: int) -> Any:
    return toy.waves(count, seed=5, target=True)[0]


def exported(path: Path, encoder: str = "tcn") -> Path:
    from models.export import export
    from models.networks.catalogue import ENCODERS as CLASSES
    from models.scoring.calibration import Calibration
    from models.scoring.graph import ScoringGraph

    torch.manual_seed(0)
    network = toy.network(toy.domains(), decoder=True).eval()
    network.encoder = CLASSES[encoder](2, **ENCODERS[encoder])
    export(ScoringGraph(network, Calibration(0.0, 1.0)), path, ("a", "b"), windows(1000))
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("encoder", ENCODERS)
def test_a_smaller_form_takes_and_gives_what_the_graph_does(
    kind: str, encoder: str, tmp_path: Path
) -> None:
    from models.quantise import quantise

    model, out = exported(tmp_path / "model.onnx", encoder), tmp_path / "small.onnx"
    quantise(kind, model, out, windows(200))
    whole, small = Session(model, [CPU]), Session(out, [CPU])
    assert small.names == whole.names
    assert small.metadata == whole.metadata
    assert out.read_bytes() != model.read_bytes()
    apart = np.abs(small.run(windows(200)) - whole.run(windows(200)))[:, 0].max()
    assert 0 < apart < (0.002 if kind == "fp16" else 0.1)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_graph_becomes_the_same_file(kind: str, tmp_path: Path) -> None:
    from models.quantise import quantise

    model = exported(tmp_path / "model.onnx", "cnn_bilstm")
    for name in ("one", "other"):
        quantise(kind, model, tmp_path / name, windows(100))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_a_score_depends_on_nothing_but_its_window_in_a_smaller_form_too(
    kind: str, tmp_path: Path
) -> None:
    """Dynamic quantisation takes its ranges over all that is scored at once."""
    from models.quantise import quantise

    model, out = exported(tmp_path / "model.onnx", "cnn_bilstm"), tmp_path / "small.onnx"
    quantise(kind, model, out, windows(100))
    session = Session(out, [CPU])
    assert (session.portions == (1,)) == (kind == "int8_dynamic")
    some = windows(40)
    alone = np.concatenate([session.run(row[None]) for row in some])
    loud = some.copy()
    loud[1::2] *= 100.0
    assert session.run(some).tobytes() == alone.tobytes()
    assert session.run(loud)[::2].tobytes() == alone[::2].tobytes()


def test_large_values_are_normalised_before_precision_is_halved(tmp_path: Path) -> None:
    """Half precision ends at 65,504, a pressure of the air in Pa is above that."""
    from models.export import export
    from models.quantise import quantise
    from models.scoring.calibration import Calibration
    from models.scoring.graph import ScoringGraph

    network = toy.network(toy.domains(), decoder=True).eval()
    values = windows(1000) * 1000 + np.float32(101_325)
    network.domains[network.target] = torch.from_numpy(network.preprocessing.estimate(values))
    model, out = tmp_path / "model.onnx", tmp_path / "small.onnx"
    export(ScoringGraph(network, Calibration(0.0, 1.0)), model, ("a", "b"), values)
    quantise("fp16", model, out, values)
    apart = np.abs(Session(out, [CPU]).run(values) - Session(model, [CPU]).run(values))
    assert apart[:, 0].max() < 0.002


def test_a_graph_without_learnt_layers_has_no_smaller_form(tmp_path: Path) -> None:
    from models.quantise import quantise
    from tests.models.folders import LENGTH, make_folder

    folder = make_folder(tmp_path)
    values = np.zeros((4, 3, LENGTH), dtype=np.float32)
    with pytest.raises(TrainingError, match="variant fp16: no layer of the graph was learnt"):
        quantise("fp16", folder / "model.onnx", tmp_path / "small.onnx", values)
