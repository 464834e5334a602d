from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from torch.nn import functional  # noqa: E402

from models.adaptation.objective import Objective  # noqa: E402
from models.adaptation.trainer import Training, order  # noqa: E402

# One window of twenty is anomalous.
LABELS = (np.arange(200) % 20 == 0).astype(np.int64)


def logits() -> tuple[object, object]:
    torch.manual_seed(0)
    return torch.randn(200, 2), torch.from_numpy(LABELS)


def test_weights_are_the_pos_weight_that_makes_both_classes_count_alike() -> None:
    given, labels = logits()
    objective = Objective.of(LABELS, 2, "weights")
    assert float(objective.weights[1] / objective.weights[0]) == pytest.approx(19.0)
    weighted = functional.binary_cross_entropy_with_logits(
        given[:, 1] - given[:, 0], labels.float(), pos_weight=torch.tensor(19.0), reduction="sum"
    )
    found = float(objective.classification(given, labels))
    assert found == pytest.approx(float(weighted) / (190 + 10 * 19), rel=1e-5)


def test_the_focal_loss_forgets_what_is_judged_well() -> None:
    given, labels = logits()
    probability = given.softmax(dim=1)[torch.arange(200), labels]
    wanted = ((1 - probability) ** 2 * -probability.log()).mean()
    found = Objective.of(LABELS, 2, "focal").classification(given, labels)
    assert float(found) == pytest.approx(float(wanted), rel=1e-5)


def test_oversampling_draws_each_class_as_often() -> None:
    training = Training(balance="oversampling")
    drawn = torch.cat([order(LABELS, training, _seeded(at)) for at in range(20)])
    assert float(LABELS[drawn.numpy()].mean()) == pytest.approx(0.5, abs=0.03)
    plain = order(LABELS, Training(), _seeded(0))
    assert sorted(plain.tolist()) == list(range(200))


def _seeded(seed: int) -> object:
    return torch.Generator().manual_seed(seed)
