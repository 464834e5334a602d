from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import ucihar
from benchmarks.ucihar_data import Pair, read, shared_halves
from benchmarks.ucihar_recipes import RECIPES
from tests.shared_data import shared
from tidegate.errors import FileFormatError


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three subjects, slow and fast waves; test windows share half with training."""
    for subject in (1, 2, 3):
        random = np.random.default_rng(subject)
        labels = np.arange(128) % 2
        time = np.arange(192)[None, None, :]
        cycles = np.where(labels == 1, 9.0, 3.0)[:, None, None]
        values = np.sin(2 * np.pi * cycles * time / 192 + random.uniform(0, 6, (128, 9, 1)))
        values = values + random.normal(0, 0.1, values.shape) + random.normal(0, 1, (128, 9, 1))
        values = (values + subject).astype(np.float32)
        np.savez(
            tmp_path / f"subject_{subject:02d}.npz",
            train_x=values[:, :, :128],
            test_x=values[:20, :, 64:],
            train_y=labels,
            test_y=labels[:20],
        )
    return tmp_path


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["ucihar", *arguments])
    ucihar.main()


def test_every_method_has_a_line_with_all_pairs_beside_what_is_free(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "table.md"
    methods = "per_domain_normalisation,coral,target_only,auto"
    arguments = ["--data", str(data), "--pairs", "1-2,1-3", "--epochs", "1", "--out", str(out)]
    arguments += ["--methods", methods, "--trials", "2", "--auto", "source_only,mmd"]

    call(monkeypatch, *arguments)

    text = out.read_text()
    head = next(line for line in text.splitlines() if line.startswith("| method"))
    assert head == "| method | 1→2 | 1→3 | mean | 95 % over pairs |"
    for name in ("random", "constant", *methods.split(","), "oracle"):
        assert f"\n| {name}" in text
    assert "40 of 40 test windows share half" in text
    runs = out.with_suffix(".jsonl").read_text().splitlines()
    lines = [json.loads(line) for line in runs]
    by_auto = [line for line in lines if "trained_by" in line["values"]]
    assert {line["method"] for line in by_auto} == {"source_only", "mmd"}
    assert len(lines) == 8 + len(by_auto)
    for line in lines:
        if line["method"] == "auto":
            oracle = line["values"]["oracle"]
            assert line["values"]["taken"] in ("source_only", "mmd")
            assert line["values"]["macro_f1"] == pytest.approx(
                oracle["value_of_the_choice"], abs=1e-4
            )
            assert oracle["value"] == max(each["value"] for each in oracle["candidates"])

    def again(*_: object) -> dict[str, float]:
        raise AssertionError("a run that was done is run again")

    monkeypatch.setattr(ucihar, "run", again)
    call(monkeypatch, *arguments)
    assert out.read_text() == text


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_trains(recipe: str, data: Path) -> None:
    found = ucihar.run(ucihar.Asked(data, recipe, 60, {}), Pair(1, 2), "adabn", 0)

    assert found["macro_f1"] > 0.6


def test_the_first_candidate_that_auto_trains_of_a_method_is_that_methods_own_run(
    data: Path,
) -> None:
    asked = ucihar.Asked(data, "tuned", 2, {"trials": 2, "methods": ["coral", "mcc"]})
    found = ucihar.run(asked, Pair(1, 2), "auto", 0)["oracle"]["candidates"]
    assert [each["method"] for each in found] == ["coral", "mcc"]
    for each in found:
        own = ucihar.run(asked, Pair(1, 2), each["method"], 0)["macro_f1"]
        assert own == pytest.approx(each["value"], abs=1e-4)


def test_a_method_that_does_not_beat_what_is_free_is_listed_as_such() -> None:
    pair = Pair(1, 2)
    done = {
        ucihar.Key(str(pair), name, 0): value
        for name, value in {"shared_batch_norm": 0.8, "dann": 0.8, "mmd": 0.9}.items()
    }

    text = ucihar.table(done, ["shared_batch_norm", "dann", "mmd"], [pair], [0])

    assert "| dann (does not beat the free baselines) | 80.0 |" in text
    assert "| mmd | 90.0 |" in text


def test_windows_that_share_a_half_are_counted(data: Path) -> None:
    train, other = read(data, 1, "train"), read(data, 2, "test")

    assert shared_halves(train, read(data, 1, "test")) == 20
    assert shared_halves(train, other) == 0


def test_a_missing_subject_is_named(data: Path) -> None:
    with pytest.raises(FileFormatError, match=r"subject_09.npz: .*expected arrays train_x"):
        read(data, 9, "train")


def test_the_quick_run_on_real_subjects_gives_every_method_and_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "quick.md"
    call(monkeypatch, "--data", str(shared("ucihar")), "--quick", "--out", str(out))
    done = [json.loads(line) for line in out.with_suffix(".jsonl").read_text().splitlines()]
    assert len(done) == ucihar.QUICK_PAIRS * len(ucihar.QUICK.split(","))
    # Six classes: a guess is right in one of six windows.
    assert all(line["values"]["macro_f1"] > 0.3 for line in done)
