from __future__ import annotations

import numpy as np
import pytest

from models.errors import TrainingError
from models.selection.auto import Candidate, best_of_each, choose
from models.selection.judged import Judged
from models.selection.target import BalancedEntropy, Committee

PRIOR = np.array([0.5, 0.5])


def candidate(method: str, number: int, sure: float, ones: float = 0.5) -> Candidate:
    """One whose predictions on the target are so sure, and say class 1 so often."""
    nothing = np.zeros((1, 2), np.float32)
    said = np.where(np.arange(100) < 100 * ones, sure, -sure)
    logits = np.stack([-said, said], axis=1).astype(np.float32)
    judged = Judged(nothing, nothing, nothing, np.zeros(1, np.int64), nothing, logits)
    return Candidate(method, number, {}, judged)


def test_the_largest_value_is_taken_and_the_reason_says_what_it_beat() -> None:
    candidates = [candidate("source_only", 0, 0.5), candidate("mcc", 0, 3), candidate("mcc", 1, 2)]
    choice = choose(candidates, BalancedEntropy(), PRIOR)
    assert choice.candidate is candidates[1]
    assert choice.vetoes == ((), (), ())
    assert choice.reason.startswith("largest balanced_entropy (")
    assert "of 3 candidates of 2 methods; the best of another method: source_only" in choice.reason
    assert list(best_of_each(candidates, choice)) == ["mcc", "source_only"]


def test_a_collapsed_candidate_is_vetoed_however_sure_it_is() -> None:
    from models.selection.target import Entropy

    candidates = [candidate("mcc", 0, 9.0, ones=0.0), candidate("source_only", 0, 1.0)]
    choice = choose(candidates, Entropy(), PRIOR)
    assert choice.candidate.method == "source_only"
    assert "1 of which were vetoed" in choice.reason
    assert choice.vetoes[0] == ("class 1: 0.0% of the target's windows, 50.0% of the source's",)


def test_when_all_are_vetoed_the_reason_says_so() -> None:
    candidates = [candidate("mcc", 0, 9.0, ones=0.0), candidate("dann", 0, 1.0, ones=0.0)]
    choice = choose(candidates, BalancedEntropy(), PRIOR)
    assert "all of them were vetoed, this one because of class 1: 0.0%" in choice.reason


def test_a_committee_chooses_who_agrees_with_most() -> None:
    candidates = [candidate(name, 0, 2.0, ones) for name, ones in (("a", 0.5), ("b", 0.9))]
    candidates += [candidate("c", 0, 2.0, 0.52), candidate("d", 0, 2.0, 0.5)]
    assert choose(candidates, Committee(), PRIOR).candidate.method in ("a", "c", "d")


def test_nothing_to_choose_from_is_refused() -> None:
    with pytest.raises(TrainingError, match="no candidate was trained"):
        choose([], Committee(), PRIOR)
