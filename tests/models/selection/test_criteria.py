from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.selection.catalogue import CRITERIA
from models.selection.judged import Judged
from models.selection.source import DEV, ImportanceWeighted, SourceRisk, density_ratio
from models.selection.target import BalancedEntropy, Committee, Entropy, SoftNeighbourhoodDensity
from models.selection.veto import vetoes


def judged(
    seed: int = 0,
    margin: float = 3.0,
    swallowed: float = 0.0,
    shift: float = 0.0,
    mistakes: float = 0.05,
) -> Judged:
    """A candidate that is as sure as `margin`, and calls `swallowed` of class 1 class 0."""
    random = np.random.default_rng(seed)
    labels = np.arange(200, dtype=np.int64) % 2
    wrong = random.random(200) < mistakes
    latent = random.normal(size=(200, 3)) + labels[:, None]

    def logits(classes: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray:  # type: ignore[type-arg]
        scores = margin * np.where(classes[:, None] == np.arange(2), 1.0, -1.0)
        return (scores + random.normal(0, 0.3, scores.shape)).astype(np.float32)

    taken = np.where((labels == 1) & (random.random(200) < swallowed), 0, labels)
    return Judged(
        latent.astype(np.float32),
        (latent + random.normal(0, 0.1, latent.shape)).astype(np.float32),
        logits(np.where(wrong, 1 - labels, labels)),
        labels,
        (latent + shift).astype(np.float32),
        logits(taken),
    )


def test_all_criteria_prefer_the_candidate_that_is_better_by_their_own_light() -> None:
    good, poor = judged(), judged(margin=0.4, mistakes=0.3)
    for criterion in (SourceRisk(), ImportanceWeighted(), DEV(), Entropy(), BalancedEntropy()):
        assert criterion.value(good) > criterion.value(poor), criterion.name


def test_entropy_likes_a_collapse_and_balance_does_not() -> None:
    good, collapsed = judged(margin=2.0), judged(margin=4.0, swallowed=1.0)
    assert Entropy().value(collapsed) > Entropy().value(good)
    assert BalancedEntropy().value(collapsed) < BalancedEntropy().value(good)
    prior = np.array([0.5, 0.5])
    assert vetoes(good, prior) == []
    assert vetoes(collapsed, prior) == [
        "class 1: 0.0% of the target's windows, 50.0% of the source's"
    ]


def test_a_discriminator_that_still_tells_the_domains_is_a_reason_where_they_are_to_be_one() -> (
    None
):
    told = replace(judged(), discriminator_accuracy=0.99)
    assert vetoes(told, np.array([0.5, 0.5])) == []
    assert vetoes(told, np.array([0.5, 0.5]), aligned=True) == [
        "the discriminator still tells 99.0% of the windows' domains"
    ]


def test_the_committee_ranks_by_agreement() -> None:
    candidates = [judged(seed) for seed in range(4)] + [judged(9, swallowed=0.5)]
    values = Committee().values(candidates)
    assert min(values) == values[-1] < 0.8
    assert Committee().values(candidates[:1]) == [1.0]


def test_density_is_greater_where_predictions_gather_in_more_places() -> None:
    gathered, everywhere = judged(margin=4.0), judged(margin=4.0, swallowed=1.0)
    density = SoftNeighbourhoodDensity()
    assert density.value(everywhere) > density.value(gathered)  # As its docstring warns.


def test_weights_favour_what_looks_like_the_target_and_average_to_one() -> None:
    moved = judged(shift=1.0)
    ratio = density_ratio(moved)
    near = moved.validation_latent.sum(axis=1)
    assert np.corrcoef(ratio, near)[0, 1] > 0.5
    assert density_ratio(judged()).mean() == pytest.approx(1.0, abs=0.05)


def test_without_shift_weighting_changes_little() -> None:
    same = judged()
    assert ImportanceWeighted().value(same) == pytest.approx(SourceRisk().value(same), rel=0.1)
    assert DEV().value(same) == pytest.approx(SourceRisk().value(same), rel=0.1)


def test_the_catalogue_has_every_criterion_under_its_name() -> None:
    assert all(name == criterion.name for name, criterion in CRITERIA.items())
    assert len(CRITERIA) == 7
