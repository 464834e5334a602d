from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from models.adaptation import losses  # noqa: E402
from models.networks.gradient_reversal import reverse  # noqa: E402


def batches(seed: int = 0) -> tuple[Any, Any]:
    random = torch.Generator().manual_seed(seed)
    source = torch.randn(32, 8, generator=random)
    return source, torch.randn(32, 8, generator=random) * 1.5 + 0.5


@pytest.mark.parametrize("seed", range(3))
def test_coral_is_skada_s(seed: int) -> None:
    theirs = pytest.importorskip("skada.deep.losses", reason="comparison needs skada")
    source, target = batches(seed)
    wanted = theirs.deepcoral_loss(source, target)
    torch.testing.assert_close(losses.coral(source, target), wanted, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("seed", range(3))
def test_mmd_is_skada_s_with_its_kernels(seed: int) -> None:
    theirs = pytest.importorskip("skada.deep.losses", reason="comparison needs skada")
    source, target = batches(seed)
    scales = (0.5, 2.0, 8.0)
    # It sums over kernels, exp(-distance / scale) each.
    wanted = theirs.dan_loss(source, target, sigmas=scales) / len(scales)
    found = losses.mmd(source, target, scales, "laplacian")
    # Its distances are the quick ones, whose diagonal is not quite 0.
    torch.testing.assert_close(found, wanted, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("temperature", [1.0, 2.5])
def test_class_confusion_is_skada_s(temperature: float) -> None:
    theirs = pytest.importorskip("skada.deep.losses", reason="comparison needs skada")
    logits, _ = batches()
    wanted = theirs.mcc_loss(logits, T=temperature)
    found = losses.class_confusion(logits, temperature)
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-6)


def test_dann_is_skada_s() -> None:
    theirs = pytest.importorskip("skada.deep", reason="comparison needs skada")
    from models.adaptation.dann import DANN
    from models.adaptation.method import Batch
    from models.networks.network import Outputs

    source, target = batches()
    method = DANN()
    method.discriminator = torch.nn.Linear(8, 2)

    def outputs(latent: Any) -> Outputs:
        return Outputs(torch.zeros(32, 2), torch.zeros(32), latent)

    origin, rows = torch.zeros(32, dtype=torch.long), torch.arange(32)
    batch = Batch(source, origin, origin, target, target, rows)
    found = method.align(outputs(source), outputs(target), batch, progress=0.5)["domain"]

    def probability(latent: Any) -> Any:
        return method.discriminator(latent).softmax(dim=1)[:, 1]

    # It adds the two domains' means, where ours is the mean over both.
    wanted = theirs.DANNLoss()(probability(source), probability(target)) / 2
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-6)


def test_mmd_is_the_mean_over_all_pairs() -> None:
    source, target = batches()
    wanted = 0.0
    for one, other, sign in ((source, source, 1), (target, target, 1), (source, target, -2)):
        for a in one:
            for b in other:
                squares = float(((a - b) ** 2).sum())
                kernels = [torch.exp(torch.tensor(-squares / (2 * s))) for s in (1.0, 10.0)]
                wanted += sign * float(sum(kernels)) / 2 / (len(one) * len(other))
    assert float(losses.mmd(source, target, (1.0, 10.0))) == pytest.approx(wanted, abs=1e-5)


def test_every_distance_is_nought_for_the_same_batch_and_more_for_others() -> None:
    source, target = batches()
    random = torch.Generator().manual_seed(0)
    for distance in (
        losses.coral,
        lambda a, b: losses.mmd(a, b, (1.0, 10.0)),
        lambda a, b: losses.sliced_wasserstein(a, b, 16, random),
    ):
        assert float(distance(source, source)) == pytest.approx(0.0, abs=1e-6)
        assert float(distance(source, target)) > 1e-3


def test_the_local_discrepancy_sees_classes_that_the_whole_one_does_not() -> None:
    source, _ = batches()
    labels = torch.arange(32) % 2
    moved = source + labels[:, None] * 6.0
    exchanged = source + (1 - labels)[:, None] * 6.0
    truth = torch.nn.functional.one_hot(labels, 2).float()
    scales = (1.0, 10.0)
    same = losses.local_mmd(moved, moved, truth, truth, scales)
    other = losses.local_mmd(moved, exchanged, truth, truth, scales)
    assert float(same) == pytest.approx(0.0, abs=1e-6)
    assert float(other) > 10 * float(losses.mmd(moved, exchanged, scales))


def test_confusion_is_least_for_sure_and_even_predictions() -> None:
    sure = torch.eye(3).repeat(4, 1) * 20.0
    unsure = torch.zeros(12, 3)
    assert float(losses.class_confusion(sure, 1.0)) < 1e-3
    assert float(losses.class_confusion(unsure, 1.0)) == pytest.approx(2 / 3, abs=1e-5)


def test_imbalance_is_the_divergence_from_the_prior() -> None:
    prior = torch.tensor([0.25, 0.75])
    logits = torch.tensor([[20.0, 0.0], [0.0, 20.0], [0.0, 20.0], [0.0, 20.0]])
    assert float(losses.imbalance(logits, prior)) == pytest.approx(0.0, abs=1e-4)
    one = torch.tensor([[20.0, 0.0]])
    assert float(losses.imbalance(one, prior)) == pytest.approx(1.3863, abs=1e-3)


def test_reversal_turns_the_gradient_round_once() -> None:
    values = torch.tensor([1.0, 2.0], requires_grad=True)
    reverse(values, 0.3).square().sum().backward()
    torch.testing.assert_close(values.grad, torch.tensor([-0.6, -1.2]))
