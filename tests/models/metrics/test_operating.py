from __future__ import annotations

import numpy as np
import pytest

from models.errors import EvaluationError
from models.metrics.baselines import clock_centre, clock_scores, constant_scores, random_scores
from models.metrics.bootstrap import interval
from models.metrics.operating import at_threshold, threshold_at_alarms
from models.metrics.ranking import auroc

ANOMALOUS = np.array([0, 0, 1, 1, 1, 0, 0, 0, 1, 0], bool)
SCORES = np.array([0.9, 0.1, 0.2, 0.8, 0.9, 0.1, 0.7, 0.7, 0.3, 0.1])
GROUPS = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
SECONDS = np.array([0, 60, 120, 180, 240, 300, 0, 60, 120, 180], float)


def test_what_an_operator_feels() -> None:
    found = at_threshold(SCORES, ANOMALOUS, GROUPS, SECONDS, 0.6)
    assert found.recall == 2 / 4
    assert found.precision == 2 / 5
    assert found.f1 == pytest.approx(2 * 2 / 9)
    assert found.false_positive_rate == 3 / 6
    assert found.event_recall == 1 / 2
    assert found.delay_seconds == 60.0
    # Two runs that touch no event, in 480 s.
    assert found.false_alarms_per_hour == pytest.approx(2 / (480 / 3600))


def test_a_threshold_that_nothing_reaches_calls_nothing() -> None:
    found = at_threshold(SCORES, ANOMALOUS, GROUPS, SECONDS, 2.0)
    assert (found.f1, found.precision, found.recall, found.event_recall) == (0, 0, 0, 0)
    assert np.isnan(found.delay_seconds)


def test_the_threshold_for_false_alarms_is_the_lowest_that_keeps_them() -> None:
    one_allowed = threshold_at_alarms(SCORES, ANOMALOUS, GROUPS, SECONDS, 8.0)
    assert one_allowed == 0.8
    assert at_threshold(
        SCORES, ANOMALOUS, GROUPS, SECONDS, one_allowed
    ).false_alarms_per_hour == pytest.approx(7.5)
    assert threshold_at_alarms(SCORES, ANOMALOUS, GROUPS, SECONDS, 0.0) == float("inf")


def test_an_interval_holds_the_value_and_is_wider_over_groups_than_over_windows() -> None:
    random = np.random.default_rng(0)
    groups = np.repeat(np.arange(12), 50)
    anomalous = random.random(600) < 0.3
    # How well anomalies show differs from group to group.
    shown = np.repeat(random.normal(1.0, 2.0, 12), 50)
    scores = anomalous * shown + random.normal(0, 1.0, 600)

    def metric(rows: np.ndarray) -> float:  # type: ignore[type-arg]
        return auroc(scores[rows], anomalous[rows])

    by_group = interval(metric, groups, seed=1, draws=200)
    by_window = interval(metric, np.arange(600), seed=1, draws=200)
    assert by_group.low < metric(np.arange(600)) < by_group.high
    assert by_group.high - by_group.low > by_window.high - by_window.low
    assert by_group == interval(metric, groups, seed=1, draws=200)


def test_one_group_has_no_interval() -> None:
    with pytest.raises(EvaluationError, match="1 group, expected two"):
        interval(lambda rows: 0.0, np.zeros(5, np.int64), seed=0)


def test_baselines_look_at_no_sensor() -> None:
    rows = np.arange(1000)
    anomalous = (rows > 600) & (rows < 900)
    assert auroc(random_scores(1000, 0), anomalous) == pytest.approx(0.5, abs=0.06)
    assert auroc(constant_scores(1000), anomalous) == 0.5
    centre = clock_centre(rows, anomalous)
    assert auroc(clock_scores(rows, centre), anomalous) == 1.0
