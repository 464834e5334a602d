from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.errors import TrainingError
from tests.models.adaptation import toy

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from models.adaptation.catalogue import METHODS  # noqa: E402
from models.adaptation.trainer import Training, train  # noqa: E402


def weights_of_epochs(name: str, training: Training) -> tuple[Any, list[dict[str, Any]]]:
    data, kept = toy.domains(), []
    method = METHODS[name]()
    network = toy.network(data, method.normalise)

    def keep(epoch: Any) -> None:
        kept.append({key: value.detach().clone() for key, value in network.named_parameters()})

    train(method, network, data, training, report=keep)
    return network, kept


@pytest.mark.parametrize("name", ["source_only", "shared_batch_norm", "domain_specific_batch_norm"])
def test_the_weights_are_the_mean_of_the_last_epochs(name: str) -> None:
    network, kept = weights_of_epochs(name, Training(epochs=5, batch=16, average=3, seed=2))
    assert len(kept) == 5
    for key, value in network.named_parameters():
        wanted = torch.stack([each[key] for each in kept[-3:]]).mean(dim=0)
        torch.testing.assert_close(value, wanted)


def test_batch_norms_have_the_statistics_of_the_averaged_network() -> None:
    network, _ = weights_of_epochs("shared_batch_norm", Training(epochs=4, batch=16, average=2))
    target = torch.from_numpy(toy.domains().target.values)
    first = network.encoder.convolutions
    with torch.no_grad():
        seen = first[0](network.rows(target, network.target))
    torch.testing.assert_close(first[1].running_mean, seen.mean(dim=(0, 2)), rtol=1e-4, atol=1e-5)


def test_a_killed_training_averages_the_same_epochs(tmp_path: Path) -> None:
    training = Training(epochs=5, batch=16, average=4, seed=2)
    whole, _ = weights_of_epochs("mcc", training)

    class KilledError(Exception):
        pass

    def kill(epoch: Any) -> None:
        if epoch.number == 4:
            raise KilledError

    data, file = toy.domains(), tmp_path / "training.pt"
    with pytest.raises(KilledError):
        train(METHODS["mcc"](), toy.network(data), data, training, report=kill, checkpoint=file)
    again = toy.network(data)
    train(METHODS["mcc"](), again, data, training, checkpoint=file)
    for one, other in zip(whole.state_dict().values(), again.state_dict().values(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_the_best_epoch_and_a_mean_of_epochs_exclude_each_other() -> None:
    data = toy.domains()
    training = Training(epochs=2, batch=16, average=2, stop_by="source_risk")
    with pytest.raises(TrainingError, match="average and stop_by exclude each other"):
        train(METHODS["mcc"](), toy.network(data), data, training)
