from __future__ import annotations

import numpy as np
import pytest

from models.preprocessing.normaliser import Normaliser

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")


def test_the_graph_s_normaliser_is_the_fitted_one() -> None:
    from models.preprocessing.preprocessing import Preprocessing

    values = np.random.default_rng(0).normal(40.0, 3.0, (20, 2, 8)).astype(np.float32)
    values[0, 0, 0] = 1e6
    fitted = Normaliser.fit(values[1:], ("a", "b"), relative=("b",))
    layers = Preprocessing(("a", "b"), relative=("b",))
    numbers = torch.from_numpy(layers.estimate(values[1:]))[None]
    inside = layers(torch.from_numpy(values), numbers).numpy()
    np.testing.assert_allclose(inside, fitted.apply(values), atol=1e-5)


def test_a_hidden_channel_is_seen_by_features_alone() -> None:
    from models.features.magnitude import Magnitude
    from models.preprocessing.preprocessing import Preprocessing

    layers = Preprocessing(("x", "y", "load"), [Magnitude("|xy|", [0, 1])], hidden=("x", "y"))
    assert layers.names == ("load", "|xy|")
    values = np.random.default_rng(0).normal(size=(30, 3, 8)).astype(np.float32)
    rows = layers(torch.from_numpy(values), torch.from_numpy(layers.estimate(values))[None])
    assert rows.shape == (30, 2, 8)
    np.testing.assert_allclose(rows.mean(dim=(0, 2)).numpy(), 0.0, atol=1e-4)
