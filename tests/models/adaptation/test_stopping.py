from __future__ import annotations

import numpy as np
import pytest

from tests.models.adaptation import toy

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from models.adaptation.catalogue import METHODS  # noqa: E402
from models.adaptation.trainer import Training, train  # noqa: E402
from models.selection.catalogue import CRITERIA  # noqa: E402
from models.selection.judging import judged_of  # noqa: E402


def test_training_stops_when_no_epoch_is_better_and_the_best_one_is_kept() -> None:
    data = toy.domains()
    network = toy.network(data)
    asked = Training(epochs=60, batch=16, rate=0.03, stop_by="source_risk", patience=3)
    found = train(METHODS["per_domain_normalisation"](), network, data, asked)

    values = [epoch.value for epoch in found.history]
    assert None not in values
    assert found.kept == int(np.argmax(values)) + 1  # type: ignore[arg-type]
    assert len(values) == found.kept + asked.patience < asked.epochs
    kept = CRITERIA["source_risk"]().value(judged_of(network, data))
    assert kept == pytest.approx(max(values), abs=1e-9)  # type: ignore[type-var]
