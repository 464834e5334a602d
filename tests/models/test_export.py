from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import ParityError
from tests.models.adaptation import toy

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")


def scoring_graph(many: bool = False, embedding: bool = False) -> Any:
    from models.scoring.calibration import Calibration
    from models.scoring.graph import ScoringGraph

    network = toy.network(toy.domains(), decoder=True).eval()
    return ScoringGraph(network, Calibration(0.0, 1.0), many=many, embedding=embedding)


def windows(count: int) -> Any:
    return toy.waves(count, seed=5, target=True)[0]


def test_a_graph_is_not_exported_without_enough_windows_to_compare(tmp_path: Path) -> None:
    from models.export import export

    with pytest.raises(ParityError, match="999 windows to compare on, expected 1000"):
        export(scoring_graph(), tmp_path / "m.onnx", ("a", "b"), windows(999))


def test_a_graph_that_differs_from_the_network_is_not_kept(tmp_path: Path) -> None:
    from models import export

    graph = scoring_graph()
    straight = graph.forward

    def shaken(window: Any, domain: Any = None) -> tuple[Any, ...]:
        """Gives one thing while it is traced and another afterwards."""
        shift = 0.0 if torch.onnx.is_in_onnx_export() else 2e-4
        return tuple(output + shift for output in straight(window, domain))

    graph.forward = shaken
    path = tmp_path / "m.onnx"
    with pytest.raises(ParityError, match="differs from the network by 2"):
        export.export(graph, path, ("a", "b"), windows(1000))
    assert not path.exists()


def test_the_numbers_of_the_domain_may_be_an_input(tmp_path: Path) -> None:
    from models.export import export

    path = tmp_path / "m.onnx"
    parity = export(scoring_graph(many=True, embedding=True), path, ("a", "b"), windows(1000))
    assert parity.windows == 1000
    assert parity.largest_difference <= 1e-4


@pytest.mark.parametrize(
    ("encoder", "options"),
    [
        ("cnn_bilstm", {"widths": (4, 4, 4), "hidden": 4, "latent": 8}),
        ("cnn", {"widths": (4, 4, 8)}),
        ("tcn", {"width": 4, "blocks": 3, "latent": 8}),
        ("patch_transformer", {"length": toy.LENGTH, "patch": 4, "width": 8, "heads": 2}),
    ],
)
def test_every_network_is_the_same_in_onnx(
    encoder: str, options: dict[str, Any], tmp_path: Path
) -> None:
    from models.export import export
    from models.networks.catalogue import ENCODERS

    graph = scoring_graph()
    graph.network.encoder = ENCODERS[encoder](2, **options)
    assert graph.network.encoder.latent == 8
    parity = export(graph, tmp_path / "m.onnx", ("a", "b"), windows(1000))
    assert parity.largest_difference <= 1e-4


@pytest.mark.parametrize("many", [False, True])
def test_every_derived_channel_is_the_same_in_onnx(many: bool, tmp_path: Path) -> None:
    from models.export import export
    from models.networks.catalogue import ENCODERS
    from models.preprocessing.preprocessing import Preprocessing
    from models.training.build import build_features
    from models.training.definition import WindowDefinition

    window = WindowDefinition.model_validate(
        {
            "channels": {"x": "g", "y": "g", "z": "g"},
            "length": toy.LENGTH,
            "features": [
                {"magnitude": {"name": "|a|"}},
                {"angle": {"name": "tilt", "of": ["x", "y", "z"]}},
                {"spectrum": {"of": ["x"]}},
                {"difference": {"of": ["z"]}},
                {"activity": {"of": ["z"]}},
                {"deviation": {"regime": "busiest", "groups": [["x", "y", "z"]]}},
            ],
        }
    )
    values = np.random.default_rng(0).normal(1.0, 0.3, (1000, 3, toy.LENGTH)).astype(np.float32)
    layers = Preprocessing(window.names, build_features(window))
    graph = scoring_graph(many)
    graph.network.preprocessing = layers
    graph.network.domains = torch.from_numpy(layers.estimate(values))[None]
    graph.network.encoder = ENCODERS["cnn"](len(layers.names), widths=(4, 4, 8))
    graph.network.decoder, graph.calibration = None, None
    parity = export(graph, tmp_path / "m.onnx", window.names, values)
    assert parity.largest_difference <= 1e-4


def test_few_windows_are_made_up_for_by_means_of_two() -> None:
    from models.export import parity_windows

    few = windows(10)
    found = parity_windows([few[:4], few[4:]])
    assert found.shape == (1000, 2, toy.LENGTH)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found[:10], few)
    assert found.min() >= few.min()
    assert found.max() <= few.max()
