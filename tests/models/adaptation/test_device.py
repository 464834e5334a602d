"""A training on another device than the CPU, held without one: see `elsewhere`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import TrainingError
from models.windows import Windows

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from models.adaptation.catalogue import METHODS  # noqa: E402
from models.adaptation.device import resolve  # noqa: E402
from models.adaptation.domains import Domains  # noqa: E402
from models.adaptation.trainer import Training, train  # noqa: E402
from models.augmentation.augmentation import Chain  # noqa: E402
from models.augmentation.jitter import Jitter  # noqa: E402
from models.augmentation.offset import Offset  # noqa: E402
from models.augmentation.rotation import Rotation  # noqa: E402
from models.augmentation.scaling import Scaling  # noqa: E402
from models.augmentation.time_mask import TimeMask  # noqa: E402
from models.augmentation.time_warp import TimeWarp  # noqa: E402
from models.features.activity import Activity  # noqa: E402
from models.features.angle import Angle  # noqa: E402
from models.features.catalogue import FEATURES  # noqa: E402
from models.features.deviation import Deviation  # noqa: E402
from models.features.difference import Difference  # noqa: E402
from models.features.magnitude import Magnitude  # noqa: E402
from models.features.spectrum import Spectrum  # noqa: E402
from models.networks.catalogue import ENCODERS  # noqa: E402
from models.networks.classifier import Classifier  # noqa: E402
from models.networks.decoder import Decoder  # noqa: E402
from models.networks.network import Network  # noqa: E402
from models.preprocessing.preprocessing import Preprocessing  # noqa: E402
from tests.models.adaptation import test_own_normal  # noqa: E402
from tests.models.adaptation.elsewhere import (  # noqa: E402
    ELSEWHERE,
    MixedDevicesError,
    There,
    TwoDevices,
)
from tests.models.adaptation.test_methods import TRAINED, data_for, made  # noqa: E402

CHANGES = Chain([TimeWarp(), Scaling(), Offset(), TimeMask(), Jitter()])
LENGTH = 16


def training(device: str, **settings: Any) -> Training:
    return Training(**{"epochs": 1, "batch": 16, "seed": 3, "device": device, **settings})


def quick(name: str, data: Any) -> tuple[Any, Any]:
    """A method, its teachers taught in three steps, and a network."""
    method, network = made(name, data)
    if hasattr(method, "steps_of_teacher"):
        method.steps_of_teacher = 3
    return method, network


def assert_same(one: Network, other: Network, within: float = 0.0) -> None:
    """Weights are the same, to the bit where nothing else is said, and all of them on the CPU."""
    weights = other.state_dict()
    for name, value in one.state_dict().items():
        assert type(value) is torch.Tensor, name
        torch.testing.assert_close(value, weights[name], rtol=0, atol=within, equal_nan=True)


@pytest.mark.parametrize("name", TRAINED)
def test_every_method_trains_there_as_it_does_here(name: str) -> None:
    networks = []
    for device in ("cpu", "meta"):
        data = data_for(name)
        method, network = quick(name, data)
        with TwoDevices() as used:
            train(method, network, data, training(device, balance="weights"), CHANGES)
        assert bool(used.operations) == (device == "meta")
        networks.append(network)
    assert_same(*networks)


@pytest.mark.parametrize("name", ["mcc", "moment_matching"])
def test_both_domains_pass_as_one_batch_there(name: str) -> None:
    networks = []
    for device in ("cpu", "meta"):
        data = data_for(name)
        method, network = quick(name, data)
        with TwoDevices():
            train(method, network, data, training(device, together=True))
        networks.append(network)
    assert_same(*networks)


def test_own_normal_is_fitted_there() -> None:
    here, _ = test_own_normal.made()
    with TwoDevices() as used:
        there, _ = test_own_normal.made(device="meta")
    assert used.operations
    assert_same(here.network, there.network)


def vectors(count: int, seed: int) -> Windows:
    """Windows of three channels whose mean is a direction."""
    random = np.random.default_rng(seed)
    values = random.normal(0, 0.3, (count, 3, LENGTH)) + np.array([0.1, 0.2, 1.0])[:, None]
    labels = np.arange(count, dtype=np.int64) % 2
    values[:, 0] += labels[:, None] * np.sin(np.arange(LENGTH))
    return Windows.of(values.astype(np.float32), labels)


def whole_network(encoder: str, domains: Domains) -> Network:
    """With every feature, both heads."""
    torch.manual_seed(0)
    channels = ("x", "y", "z")
    of = [0, 1, 2]
    features = [
        Magnitude("size", of),
        Angle("up", of),
        Spectrum(channels, of, LENGTH),
        Difference(channels, of),
        Deviation(channels, of, groups=[of]),
        Activity(channels, of),
    ]
    assert {each.kind for each in features} == set(FEATURES)
    preprocessing = Preprocessing(channels, features, relative=("x",))
    rows = len(preprocessing.names)
    sizes = {"length": LENGTH} if encoder == "patch_transformer" else {}
    made = ENCODERS[encoder](channels=rows, **sizes)
    numbers = [preprocessing.estimate(each.values) for each in (*domains.sources, domains.target)]
    heads = Classifier(made.latent), Decoder(made.latent, rows, LENGTH, 8, (8, 8))
    return Network(preprocessing, numbers, made, *heads)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_every_network_and_feature_is_there(encoder: str) -> None:
    data = Domains((vectors(32, 0),), (vectors(16, 1),), vectors(32, 2).unlabelled)
    changes = Chain([Rotation([[0, 1, 2]]), Jitter()])
    networks = []
    for device in ("cpu", "meta"):
        network = whole_network(encoder, data)
        with TwoDevices():
            train(
                METHODS["committee_teacher"](steps_of_teacher=2),
                network,
                data,
                training(device),
                changes,
            )
        networks.append(network)
    # PyTorch composes some operations otherwise on a device that is not the CPU, and Adam's step is
    # as long for a gradient that is nearly 0: its rounding may turn some steps of the rate, 0.001.
    assert_same(*networks, within=5e-3)


@pytest.mark.parametrize("settings", [{"average": 2}, {"stop_by": "balanced_entropy"}], ids=str)
@pytest.mark.parametrize("name", ["dann", "self_training", "committee_teacher", "dirt_t"])
def test_a_checkpoint_is_taken_up_there(
    name: str, settings: dict[str, Any], tmp_path: Path
) -> None:
    asked, checkpoint = training("meta", epochs=3, **settings), tmp_path / "training.pt"

    class KilledError(Exception):
        pass

    def kill(epoch: Any) -> None:
        if epoch.number == 3:
            raise KilledError

    data = data_for(name)
    method, whole = quick(name, data)
    train(method, whole, data, training("cpu", epochs=3, **settings))
    with TwoDevices():
        method, broken = quick(name, data)
        with pytest.raises(KilledError):
            train(method, broken, data, asked, report=kill, checkpoint=checkpoint)
        method, resumed = quick(name, data)
        train(method, resumed, data, asked, checkpoint=checkpoint)
    assert_same(whole, resumed)


def test_a_gpu_that_is_not_there_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert resolve("auto") == "cpu"
    with pytest.raises(TrainingError, match=r"training.device: cuda, and PyTorch .* finds no GPU"):
        resolve("cuda")


def test_a_gpu_is_taken_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert [resolve(asked) for asked in ("auto", "cpu", "cuda")] == ["cuda", "cpu", "cuda"]


def test_the_second_device_of_these_tests_refuses_what_a_gpu_does() -> None:
    here = torch.ones(3)
    with TwoDevices():
        there = here.to(ELSEWHERE)
        assert isinstance(there, There)
        assert (there + there).sum().item() == 6.0
        assert (there * torch.tensor(2.0)).cpu().tolist() == [2.0, 2.0, 2.0]
        with pytest.raises(MixedDevicesError, match="add: tensors of both devices"):
            there + here
        with pytest.raises(MixedDevicesError, match="generator on the CPU"):
            torch.randn(3, generator=torch.Generator(), device=ELSEWHERE)
        with pytest.raises(RuntimeError, match="numpy"):
            there.numpy()
