from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import TrainingError
from models.selection.space import Choice, Range, Setting

pytest.importorskip("optuna", reason="training needs the extra 'train'")

from models.selection.search import search

SPACE = {"weight": Range(0.01, 10.0, log=True), "norms": Choice((False, True))}


def value(number: int, settings: dict[str, Setting]) -> float:
    """Best at a weight of 1."""
    weight = float(settings.get("weight", 8.0))
    return -abs(weight - 1.0) + (0.1 if settings.get("norms") else 0.0)


def test_the_first_trial_is_the_method_as_it_comes(tmp_path: Path) -> None:
    tried = search("dann", SPACE, 4, value, tmp_path / "journal.log")
    assert [each.number for each in tried] == [0, 1, 2, 3]
    assert tried[0].settings == {}
    assert tried[0].value == -7.0
    for each in tried[1:]:
        assert 0.01 <= float(each.settings["weight"]) <= 10.0
        assert isinstance(each.settings["norms"], bool)
        assert each.value == value(each.number, each.settings)


def test_a_search_that_is_killed_goes_on_as_it_would_have(tmp_path: Path) -> None:
    wanted = search("dann", SPACE, 9, value, tmp_path / "whole.log", seed=3)

    class KilledError(Exception):
        pass

    def killed(number: int, settings: dict[str, Setting]) -> float:
        if number == 6:
            raise KilledError
        return value(number, settings)

    journal = tmp_path / "killed.log"
    with pytest.raises(KilledError):
        search("dann", SPACE, 9, killed, journal, seed=3)
    ran: list[int] = []

    def counted(number: int, settings: dict[str, Setting]) -> float:
        ran.append(number)
        return value(number, settings)

    assert search("dann", SPACE, 9, counted, journal, seed=3) == wanted
    assert ran == [6, 7, 8]
    assert search("dann", SPACE, 9, killed, journal, seed=3) == wanted


def test_methods_share_a_journal_and_not_their_draws(tmp_path: Path) -> None:
    journal = tmp_path / "journal.log"
    one, other = (search(name, SPACE, 3, value, journal) for name in ("dann", "mmd"))
    assert len(one) == len(other) == 3
    assert one[1].settings != other[1].settings


def test_a_trial_that_cannot_be_trained_counts_and_ends_nothing_else(tmp_path: Path) -> None:
    def diverging(number: int, settings: dict[str, Setting]) -> float:
        if number == 1:
            raise TrainingError("the loss is nan in epoch 2")
        return value(number, settings)

    journal = tmp_path / "journal.log"
    tried = search("dann", SPACE, 4, diverging, journal)
    assert [each.number for each in tried] == [0, 1, 2, 3]
    assert [each.refused for each in tried] == [None, "the loss is nan in epoch 2", None, None]
    assert tried[1].value == float("-inf")
    assert search("dann", SPACE, 4, value, journal) == tried


def test_a_criterion_that_says_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="method dann, trial 0: the criterion is NaN"):
        search("dann", SPACE, 3, lambda number, settings: float("nan"), tmp_path / "journal.log")


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    journal = tmp_path / "journal.log"
    journal.write_text("not a journal\n")
    with pytest.raises(TrainingError, match="it cannot be read; remove it"):
        search("dann", SPACE, 3, value, journal)
