from __future__ import annotations

import numpy as np
import pytest

from models.errors import TrainingError
from models.scoring.calibration import Calibration
from models.scoring.temperature import fit_temperature
from models.scoring.threshold import at_false_alarms, at_percentile


def test_calibration_puts_the_median_at_a_twentieth_and_the_tail_at_a_half() -> None:
    errors = np.random.default_rng(0).lognormal(size=20_000).astype(np.float32)
    calibration = Calibration.fit(errors)

    def calibrated(error: float) -> float:
        return float(1 / (1 + np.exp(-(np.log(error) - calibration.centre) / calibration.scale)))

    assert calibrated(float(np.percentile(errors, 50))) == pytest.approx(0.05, abs=1e-3)
    assert calibrated(float(np.percentile(errors, 99))) == pytest.approx(0.5, abs=1e-3)


def test_the_temperature_that_made_labels_is_found_again() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (20_000, 3))
    probability = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = (probability.cumsum(axis=1) < random.random((20_000, 1))).sum(axis=1)
    found = fit_temperature((logits * 4.0).astype(np.float32), labels.astype(np.int64))
    assert found == pytest.approx(4.0, rel=0.05)


def test_a_threshold_leaves_the_share_of_normal_windows_above_it_that_was_asked_for() -> None:
    scores = np.random.default_rng(0).random(1000).astype(np.float32)
    chosen = at_percentile(scores, 95.0, "normal windows")
    assert (scores >= chosen.value).mean() == pytest.approx(0.05, abs=2e-3)
    assert chosen.chosen_by == "percentile 95 of the scores of 1000 normal windows"
    hourly = at_false_alarms(scores, windows_per_hour=900, alarms_per_hour=9, of="normal windows")
    assert (scores >= hourly.value).mean() == pytest.approx(0.01, abs=2e-3)


def test_the_threshold_of_few_windows_holds_for_a_further_one() -> None:
    scores = np.random.default_rng(0).random((4000, 21)).astype(np.float32)
    above = [row[20] >= at_percentile(row[:20], 90.0, "them").value for row in scores]
    assert np.mean(above) == pytest.approx(0.1, abs=0.02)
    assert at_percentile(scores[0, :5], 99.0, "them").value == scores[0, :5].max()


def test_a_rate_that_so_few_windows_cannot_tell_is_refused() -> None:
    scores = np.random.default_rng(0).random(50).astype(np.float32)
    with pytest.raises(TrainingError, match="cannot be told from 50 windows of normal ones"):
        at_false_alarms(scores, windows_per_hour=900, alarms_per_hour=1, of="normal ones")
