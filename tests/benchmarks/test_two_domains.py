from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import training, two_domains
from benchmarks.two_domains_data import SOURCE, TARGET, record


def test_the_machines_differ_in_how_they_read_and_not_in_what_happens() -> None:
    one, other = record(SOURCE, 2000, 7), record(TARGET, 2000, 7)

    back = (other.values - np.array(TARGET.baseline)) / np.array(TARGET.amplitude)
    assert one.labels is not None
    assert 0.05 < one.labels.mean() < 0.6
    np.testing.assert_array_equal(one.labels, other.labels)
    assert np.abs(back - one.values).mean() < 0.5
    assert np.abs(other.values - one.values).mean() > 1.0


def test_the_table_has_before_and_after_beside_scores_that_see_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "table.md"
    size = ["--recordings", "5", "--tests", "2", "--samples", "1500", "--epochs", "1"]
    methods = ["--methods", "source_only,per_domain_normalisation"]
    monkeypatch.setattr(sys, "argv", ["two_domains", *size, *methods, "--out", str(out)])

    two_domains.main()

    text = out.read_text()
    for name in ("random", "constant", "clock", "source_only (before)", "per_domain_norm"):
        assert f"\n| {name}" in text
    assert len(out.with_suffix(".jsonl").read_text().splitlines()) == 2


def test_training_is_measured_beside_a_plain_loop() -> None:
    found = training.measure(windows=512, batch=256, threads=1, runs=1).document()

    assert found["unit"] == "windows/s"
    assert found["value"] > 0
    assert found["ratio"] > 0.2
