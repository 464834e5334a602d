from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from models.errors import EvaluationError
from models.metrics.ranking import auprc, auroc, events_of, precision_at, vus_pr


def draws(count: int = 40) -> st.SearchStrategy[tuple[list[float], list[bool]]]:
    return st.lists(
        st.tuples(st.integers(0, 9).map(float), st.booleans()), min_size=4, max_size=count
    ).map(lambda rows: ([s for s, _ in rows], [True, False, *[a for _, a in rows][2:]]))


@given(draws())
def test_auroc_is_how_often_an_anomaly_scores_above_a_normal_window(
    drawn: tuple[list[float], list[bool]],
) -> None:
    scores, anomalous = np.array(drawn[0]), np.array(drawn[1])
    one, other = scores[anomalous][:, None], scores[~anomalous][None, :]
    wanted = ((one > other) + 0.5 * (one == other)).mean()
    assert auroc(scores, anomalous) == pytest.approx(wanted)


@given(draws())
def test_both_areas_are_scikit_learns(drawn: tuple[list[float], list[bool]]) -> None:
    scores, anomalous = np.array(drawn[0]), np.array(drawn[1])
    assert auroc(scores, anomalous) == pytest.approx(roc_auc_score(anomalous, scores))
    assert auprc(scores, anomalous) == pytest.approx(average_precision_score(anomalous, scores))


@given(draws(), st.integers(0, 6))
def test_vus_pr_lies_between_nought_and_one_and_knows_a_perfect_score(
    drawn: tuple[list[float], list[bool]], reach: int
) -> None:
    scores, anomalous = np.array(drawn[0]), np.array(drawn[1])
    groups = np.arange(len(scores)) // 7
    assert 0.0 <= vus_pr(scores, anomalous, groups, reach) <= 1.0 + 1e-9
    assert vus_pr(anomalous.astype(float), anomalous, groups, 0) == pytest.approx(1.0)


def test_without_edges_vus_pr_is_average_precision_of_one_event() -> None:
    scores = np.array([0.1, 0.9, 0.8, 0.2, 0.85, 0.3])
    anomalous = np.array([False, True, True, False, False, False])
    found = vus_pr(scores, anomalous, np.zeros(6, np.int64), 0)
    assert found == pytest.approx(auprc(scores, anomalous))


def test_a_detection_beside_an_event_is_worth_something_only_with_edges() -> None:
    anomalous = np.zeros(40, bool)
    anomalous[20:24] = True
    groups = np.zeros(40, np.int64)
    exact, early, far = (np.zeros(40) for _ in range(3))
    exact[20:24], early[18:22], far[5:9] = 1.0, 1.0, 1.0
    values = [vus_pr(each, anomalous, groups, 4) for each in (exact, early, far)]
    assert values[0] > values[1] > values[2]


def test_edges_do_not_reach_into_another_group() -> None:
    anomalous = np.array([False, False, True, False, False])
    scores = np.array([0.0, 0.0, 1.0, 0.9, 0.0])
    one = vus_pr(scores, anomalous, np.zeros(5, np.int64), 2)
    two = vus_pr(scores, anomalous, np.array([0, 0, 0, 1, 1]), 2)
    assert one > two


def test_precision_shares_the_last_places_among_ties() -> None:
    scores = np.array([3.0, 2.0, 2.0, 1.0])
    anomalous = np.array([True, True, False, False])
    assert precision_at(scores, anomalous, 1) == 1.0
    assert precision_at(scores, anomalous, 2) == 0.75
    assert precision_at(scores, anomalous, 3) == pytest.approx(2 / 3)
    with pytest.raises(EvaluationError, match="precision at 5 of 4"):
        precision_at(scores, anomalous, 5)


def test_a_run_is_an_event_and_none_spans_two_groups() -> None:
    anomalous = np.array([True, True, True, False, True])
    assert events_of(anomalous, np.array([0, 0, 1, 1, 1])) == [(0, 2), (2, 3), (4, 5)]


@pytest.mark.parametrize(
    ("scores", "anomalous", "message"),
    [
        ([0.1, 0.2], [True, True], "all 2 windows are anomalous"),
        ([0.1, 0.2], [False, False], "all 2 windows are normal"),
        ([0.1, float("nan")], [False, True], "the score of window 1 is NaN"),
        ([0.1], [False, True], "1 scores for 2 labels"),
    ],
)
def test_what_cannot_be_ranked_is_refused(
    scores: list[float], anomalous: list[bool], message: str
) -> None:
    with pytest.raises(EvaluationError, match=message):
        auroc(np.array(scores), np.array(anomalous))
