from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.deviation.gated import Gate, GatedNormal
from models.deviation.held_out import held_out
from models.deviation.regime import Regime, of_busiest, of_majority, of_normal, of_samples
from models.deviation.release import Release, Releasing, released
from models.errors import TrainingError
from models.windows import Floats

CHANNELS, LENGTH = 3, 20


def windows(count: int, seed: int = 0, shift: float = 0.0) -> Floats:
    random = np.random.default_rng(seed)
    level = np.array([5.0, -1.0, 100.0])[:, None]
    spread = np.array([1.0, 0.1, 10.0])[:, None]
    values = level + spread * random.normal(size=(count, CHANNELS, LENGTH))
    values[:, 1] += shift * 0.1
    return values.astype(np.float32)


def test_a_deviation_is_in_spreads_of_the_channel() -> None:
    regime = of_normal(windows(500))
    np.testing.assert_allclose(regime.centre, [5.0, -1.0, 100.0], rtol=0.02)
    np.testing.assert_allclose(regime.spread, [1.0, 0.1, 10.0], rtol=0.05)
    found = regime.deviations(windows(200, seed=1, shift=6.0)).mean(axis=0)
    np.testing.assert_allclose(found, [0.0, 6.0, 0.0], atol=0.3)
    assert regime.scores(windows(200, seed=1, shift=6.0)).mean() == pytest.approx(6.0, abs=0.3)


def test_samples_and_windows_without_overlap_say_the_same() -> None:
    found = windows(50)
    one, other = of_normal(found), of_samples(found.transpose(0, 2, 1).reshape(-1, CHANNELS))
    np.testing.assert_allclose(one.centre, other.centre, rtol=1e-5)
    np.testing.assert_allclose(one.spread, other.spread, rtol=1e-4)


@given(order=st.permutations(range(60)))
def test_the_majority_is_found_wherever_it_lies(order: list[int]) -> None:
    mixed = np.concatenate([windows(40), windows(20, seed=1, shift=30.0)])[order]
    scores = of_majority(mixed).scores(mixed)
    broken = np.array(order) >= 40
    assert scores[broken].min() > 10 * scores[~broken].max()


def test_a_channel_that_stands_still_has_a_spread() -> None:
    still = windows(30)
    still[:, 0] = 7.0
    for regime in (of_normal(still), of_majority(still), of_busiest(still)):
        assert (regime.spread > 0).all()
        assert np.isfinite(regime.scores(still)).all()


def test_the_busiest_windows_make_the_regime() -> None:
    calm = windows(60)
    busy = windows(40, seed=1, shift=50.0)
    busy[:, 0] += np.float32(20) * np.sin(np.arange(LENGTH, dtype=np.float32))
    regime = of_busiest(np.concatenate([calm, busy]), share=0.4)
    assert np.abs(regime.deviations(busy).mean(axis=0)).max() < 0.5
    assert regime.deviations(calm)[:, 1].mean() < -10


def test_windows_behind_the_gate_do_not_become_normal() -> None:
    normal = GatedNormal(Gate(trusted=20, widest=3.0))
    before = [normal.score(window) for window in windows(100)]
    broken = [normal.score(window) for window in windows(200, seed=1, shift=30.0)]
    after = [normal.score(window) for window in windows(50, seed=2)]
    assert max(before[20:]) < 3.0 < 20.0 < min(broken)
    assert np.mean(broken[-50:]) == pytest.approx(np.mean(broken[:50]), rel=0.05)
    assert max(after) < 3.0


def test_a_slow_drift_is_followed_when_old_windows_fade() -> None:
    fading, all_alike = (GatedNormal(Gate(20, 3.0, memory)) for memory in (50, None))
    drifting = (windows(1, seed=at, shift=at / 100)[0] for at in range(2000))
    last = [(fading.score(window), all_alike.score(window)) for window in drifting][-100:]
    assert np.mean([one for one, _ in last]) < 0.8
    assert np.mean([other for _, other in last]) > 1.4


@given(at=st.integers(1, 59))
def test_a_snapshot_taken_anywhere_changes_no_score(at: int) -> None:
    found = windows(60)
    whole, gate = GatedNormal(Gate()), Gate()
    wanted = [whole.score(window) for window in found]
    first = GatedNormal(gate)
    scores = [first.score(window) for window in found[:at]]
    second = GatedNormal.restore(gate, json.loads(json.dumps(first.snapshot())))
    assert scores + [second.score(window) for window in found[at:]] == wanted


def test_a_channel_that_wanders_has_to_go_further() -> None:
    random = np.random.default_rng(0)
    samples = random.normal(size=(400, 2))
    samples[:, 1] += np.repeat([-1.0, 1.0] * 5, 40)
    steady, wandering = of_samples(samples).spread
    assert steady == pytest.approx(1.0, rel=0.15)
    assert wandering > 2.0


def test_a_calibration_is_judged_by_what_has_not_seen_it() -> None:
    samples = np.random.default_rng(0).normal(size=(400, 2))
    samples[100:200, 0] += 3.0
    scores = held_out(samples, length=20, stride=10)
    inside = of_samples(samples)
    quarter = samples[100:200].reshape(5, 20, 2).transpose(0, 2, 1).astype(np.float32)
    assert scores.shape == (4 * 9,)
    assert scores[9:18].min() > 1.5 * inside.scores(quarter).max()
    with pytest.raises(TrainingError, match="calibrate on more samples"):
        held_out(samples[:70], length=20, stride=10)


LASTING = 7


def excursion(level: float, count: int) -> list[float]:
    return [0.5] * 20 + [level] * count + [2.0] * 20


def test_what_is_left_after_an_excursion_is_lowered_and_the_excursion_is_not() -> None:
    scores = np.array(excursion(10.0, 30))
    found = released(scores, Release(lasting=LASTING))
    np.testing.assert_array_equal(found[:50], scores[:50])
    assert found[50:].max() < 1.1
    # It fades: in the end the same score counts more again.
    assert found[-1] > found[50]


def test_a_spike_hides_nothing_that_follows() -> None:
    scores = np.array(excursion(100.0, LASTING - 1))
    np.testing.assert_array_equal(released(scores, Release(lasting=LASTING)), scores)


@given(at=st.integers(0, 70))
def test_a_release_goes_on_where_its_snapshot_was_taken(at: int) -> None:
    scores, release = excursion(10.0, 30), Release()
    first = Releasing(release)
    begun = [first.score(each) for each in scores[:at]]
    second = Releasing.restore(release, json.loads(json.dumps(first.snapshot())))
    np.testing.assert_array_equal(
        begun + [second.score(each) for each in scores[at:]], released(np.array(scores), release)
    )


def test_what_cannot_be_is_refused() -> None:
    nothing = windows(0)
    for estimate in (of_normal, of_majority, of_busiest):
        with pytest.raises(TrainingError):
            estimate(nothing)
    with pytest.raises(TrainingError, match="no normal sample"):
        of_samples(np.empty((0, 3)))
    with pytest.raises(TrainingError, match="gate: trusted 0"):
        Gate(trusted=0)
    with pytest.raises(TrainingError, match="release: share 2"):
        Release(share=2.0)


def test_a_regime_is_one_thing_for_a_window_and_for_many() -> None:
    regime, some = Regime(np.zeros(3, np.float32), np.ones(3, np.float32)), windows(5)
    np.testing.assert_array_equal(regime.scores(some)[2:3], regime.scores(some[2:3]))
