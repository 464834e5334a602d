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


def test_a_row_in_the_domain_s_own_units_is_not_standardised_again() -> None:
    from models.features.deviation import Deviation
    from models.preprocessing.preprocessing import Preprocessing

    layers = Preprocessing(("a", "b"), [Deviation(("a", "b"), (0, 1), "majority")])
    random = np.random.default_rng(0)
    values = random.normal(size=(100, 2, 8)).astype(np.float32)
    values[:40, 1] += 20.0
    numbers = layers.estimate(values)
    np.testing.assert_array_equal(numbers[-6:-4], [0.0, 0.0])
    np.testing.assert_array_equal(numbers[-2:], [1.0, 1.0])
    rows = layers(torch.from_numpy(values), torch.from_numpy(numbers)[None]).numpy()
    # The minority lies where it is seen from the majority, whose rows are about 0.
    assert abs(rows[40:, 3].mean()) < 0.1
    np.testing.assert_allclose(rows[:40, 3].mean(), np.arcsinh(20.0), rtol=0.1)


def test_activity_is_alike_on_machines_that_read_differently_and_falls_where_a_sensor_sticks() -> (
    None
):
    from models.errors import TrainingError
    from models.features.activity import Activity

    one = np.random.default_rng(0).normal(size=(50, 2, 32)).astype(np.float32)
    one[0, 1] = one[0, 1, 0]
    feature = Activity(("a", "b"), (0, 1), over=5)
    rows, other = (
        feature(torch.from_numpy(values), torch.from_numpy(feature.estimate(values))[None])
        for values in (one, 40.0 * one + 7.0)
    )
    np.testing.assert_allclose(rows, other, atol=1e-3)
    assert rows.shape == (50, 2, 32)
    assert abs(float(rows[1:].mean())) < 0.2
    assert float(rows[0, 1].max()) < -4.0
    with pytest.raises(TrainingError, match="over 4; expected an odd number"):
        Activity(("a",), (0,), over=4)


def test_means_and_deviations_may_be_taken_of_other_windows() -> None:
    from models.features.deviation import Deviation
    from models.preprocessing.preprocessing import Preprocessing

    layers = Preprocessing(("a", "b"), [Deviation(("a", "b"), (0, 1), "majority")])
    random = np.random.default_rng(0)
    one, other = (random.normal(at, 1 + at, (50, 2, 8)).astype(np.float32) for at in (0, 3))
    found = layers.restandardise(layers.estimate(one), other)
    np.testing.assert_array_equal(found[:4], layers.estimate(one)[:4])
    np.testing.assert_array_equal(found[4:], layers.estimate(other)[4:])


def test_rows_that_are_one_number_a_window_are_known_as_such() -> None:
    from models.features.activity import Activity
    from models.features.angle import Angle
    from models.features.catalogue import FEATURES
    from models.features.deviation import Deviation
    from models.features.difference import Difference
    from models.features.magnitude import Magnitude
    from models.features.spectrum import Spectrum
    from models.preprocessing.preprocessing import Preprocessing

    names, random = ("a", "b", "c"), np.random.default_rng(0)
    windows = random.normal(size=(20, 3, 16)).astype(np.float32)
    features = [
        Deviation(names, (0, 1, 2), groups=[[0, 1, 2]]),
        Angle("tilt", (0, 1, 2)),
        Magnitude("size", (0, 1, 2)),
        Difference(names, (0, 1, 2)),
        Spectrum(names, (0, 1, 2), 16),
        Activity(names, (0, 1, 2)),
    ]
    assert {type(each) for each in features} == set(FEATURES.values())
    preprocessing = Preprocessing(names, features)
    numbers = torch.from_numpy(preprocessing.estimate(windows))[None]
    rows = preprocessing(torch.from_numpy(windows), numbers)
    still = (rows == rows[:, :, :1]).all(dim=2).all(dim=0)
    assert still.tolist() == preprocessing.still.tolist()
