from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.errors import TrainingError
from tests.models.training.files import write

pytest.importorskip("torch", reason="training needs the extra 'train'")


def network(folder: Path, **window: object) -> object:
    from jobs.history import read_domain
    from models.training.build import build_method, build_network
    from models.training.definition import read_training
    from models.training.parts import divide

    settings = [f"window.{name}={value}" for name, value in window.items()]
    definition = read_training(write(folder), [*settings, "target.normal_rows=80"])
    domains = [*definition.sources, definition.target]
    given = [read_domain(each, definition.window, folder)[0] for each in domains if each]
    parts = divide(definition, given[:1], given[1])
    return build_network(definition, parts, build_method(definition, parts), seed=0)


def numbers(folder: Path, **window: object) -> tuple[list[float], list[float]]:
    """Means and deviations of both channels, of the source and then of the target."""
    found = network(folder, **window).domains.numpy()  # type: ignore[attr-defined]
    return found[0].tolist(), found[1].tolist()


def test_each_domain_is_standardised_by_its_own_windows(tmp_path: Path) -> None:
    source, target = numbers(tmp_path)
    np.testing.assert_allclose(source[:2], [0.0, 0.0], atol=0.15)
    np.testing.assert_allclose(target[:2], [5.0, -1.0], atol=0.15)
    np.testing.assert_allclose(np.array(target[2:]) / source[2:], [3.0, 0.2], rtol=0.1)


def test_the_target_s_deviations_may_be_the_source_s(tmp_path: Path) -> None:
    source, target = numbers(tmp_path, deviations="source")
    np.testing.assert_allclose(target[:2], [5.0, -1.0], atol=0.15)
    assert target[2:] == source[2:]


def test_only_normal_windows_may_make_the_normaliser(tmp_path: Path) -> None:
    every, _ = numbers(tmp_path / "all")
    normal, _ = numbers(tmp_path / "normal", statistics="normal")
    assert every != normal


def test_a_feature_of_no_channel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"window.features.0.spectrum.of: c is none of the"):
        network(tmp_path, features="[{spectrum: {of: [c]}}]")


def test_what_cannot_serve_many_machines_is_told_before_it_is_trained(tmp_path: Path) -> None:
    from models.adaptation.catalogue import METHODS
    from models.training.build import unservable
    from models.training.definition import read_training

    one = read_training(write(tmp_path))
    many = read_training(tmp_path / "training.yaml", ["score.domains=input"])
    assert not [name for name in METHODS if unservable(one, METHODS[name])]
    left_out = {name for name in METHODS if unservable(many, METHODS[name])}
    assert {"source_only", "domain_specific_batch_norm"} <= left_out
    assert not {"per_domain_normalisation", "own_normal", "adabn", "coral", "mcc"} & left_out
