from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.models.adaptation import toy

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from models.adaptation.catalogue import METHODS  # noqa: E402
from models.adaptation.trainer import Training, train  # noqa: E402
from models.augmentation.augmentation import Chain  # noqa: E402
from models.augmentation.jitter import Jitter  # noqa: E402
from models.augmentation.time_warp import TimeWarp  # noqa: E402

SEVERAL = {"moment_matching"}
TRAINED = sorted(name for name, method in METHODS.items() if method.steps)


def made(name: str, data: Any) -> tuple[Any, Any]:
    if name == "continual":
        start = toy.network(data, seed=9)
        return METHODS[name](deployed=start.state_dict()), toy.network(data)
    method = METHODS[name]()
    return method, toy.network(data, method.normalise)


def data_for(name: str) -> Any:
    return toy.domains(2 if name in SEVERAL else 1, labelled=name == "semi_supervised")


def weights(network: Any) -> dict[str, Any]:
    return {name: value.clone() for name, value in network.state_dict().items()}


def accuracy(network: Any) -> float:
    values, labels = toy.waves(200, 400, target=True)
    with torch.no_grad():
        logits = network.eval()(torch.from_numpy(values), network.target).logits
    return float((logits.argmax(dim=1).numpy() == labels).mean())


@pytest.mark.parametrize("name", TRAINED)
def test_a_training_that_is_killed_ends_with_the_same_weights(name: str, tmp_path: Path) -> None:
    data = data_for(name)
    method, whole = made(name, data)
    training = Training(epochs=4, batch=16, seed=3)
    changes = Chain([TimeWarp(), Jitter()])
    train(method, whole, data, training, changes)

    class KilledError(Exception):
        pass

    def kill(epoch: Any) -> None:
        if epoch.number == 3:
            raise KilledError

    checkpoint = tmp_path / "training.pt"
    method, broken = made(name, data)
    with pytest.raises(KilledError):
        train(method, broken, data, training, changes, report=kill, checkpoint=checkpoint)
    method, resumed = made(name, data)
    history = train(method, resumed, data, training, changes, checkpoint=checkpoint).history

    assert [epoch.number for epoch in history] == [1, 2, 3, 4]
    one, other = weights(whole), weights(resumed)
    assert one.keys() == other.keys()
    for key in one:
        torch.testing.assert_close(one[key], other[key], rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("name", sorted(set(TRAINED) - {"source_only"}))
def test_every_method_finds_the_classes_of_a_target_with_another_sensor(name: str) -> None:
    data = data_for(name)
    method, network = made(name, data)
    train(method, network, data, Training(epochs=15, batch=16, seed=1))
    assert accuracy(network) > 0.9


def test_without_adaptation_it_does_not() -> None:
    data = toy.domains()
    method, network = made("source_only", data)
    train(method, network, data, Training(epochs=15, batch=16, seed=1))
    assert accuracy(network) < 0.8


def test_a_target_label_cannot_be_looked_at() -> None:
    target = toy.domains().target
    assert not hasattr(target, "labels")
    assert not any(np.issubdtype(type(v), np.integer) for v in vars(target).values())
