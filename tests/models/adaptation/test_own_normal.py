from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.errors import TrainingError
from models.metrics.ranking import auroc
from models.windows import Floats, Ints, Windows

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")


def machine(count: int, seed: int, offset: float, scale: float) -> tuple[Floats, Ints]:
    """Three windows of four are normal; in the others the first channel is high."""
    random = np.random.default_rng(seed)
    labels = (np.arange(count) % 4 == 3).astype(np.int64)
    values = random.normal(size=(count, 2, 8)) + 6.0 * labels[:, None, None] * [[1.0], [0.0]]
    return (offset + scale * values).astype(np.float32), labels


def made(direction: float = 1.0, device: Any = "cpu", **settings: Any) -> tuple[Any, Windows]:
    from models.adaptation.domains import Domains
    from models.adaptation.own_normal import OwnNormal
    from models.adaptation.trainer import Training, train

    source, validation, target = (
        Windows.of(*machine(80, 1, 0.0, 1.0)),
        Windows.of(*machine(40, 2, 0.0, 1.0)),
        Windows.of(*machine(80, 3, 500.0, 0.01)),
    )
    if direction < 0:
        source = Windows.of(source.values, 1 - source.labels)
    domains = Domains((source,), (validation,), target.unlabelled)
    method = OwnNormal(**settings)
    known = [(each.values, each.normal) for each in (source, target)]
    network = method.network(("a", "b"), (), known)
    return train(method, network, domains, Training(epochs=3, batch=8, device=device)), target


@pytest.mark.parametrize("regime", ["majority", "normal"])
def test_a_machine_with_another_level_and_scale_is_judged_by_its_own_normal(regime: str) -> None:
    from models.networks.network import judge

    trained, target = made(regime=regime)
    assert trained.history == []
    found = judge(trained.network, target.values, trained.network.target)
    probability = torch.from_numpy(found.logits).softmax(dim=1)[:, 1].numpy()
    assert auroc(probability.astype(float), target.anomalous) > 0.99
    assert ((probability > 0.5) == target.anomalous).mean() > 0.95


def test_a_source_that_says_the_contrary_is_refused() -> None:
    with pytest.raises(TrainingError, match="anomalous windows deviate less than normal"):
        made(direction=-1.0)


def test_no_window_known_to_be_normal_is_refused() -> None:
    from models.adaptation.own_normal import OwnNormal

    values, _ = machine(20, 1, 0.0, 1.0)
    with pytest.raises(TrainingError, match="no windows are known to be normal"):
        OwnNormal("normal").network(("a", "b"), (), [(values, values[:0])])
