from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import ur3
from benchmarks.ur3_data import CHANNELS, LABELS, read


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """A session in which currents jump while the arm stops or a grip is lost."""
    random = np.random.default_rng(0)
    rows = 1500
    anomalous = np.arange(rows) % 60 < 8
    frame = pd.DataFrame(random.normal(0, 1, (rows, len(CHANNELS))), columns=list(CHANNELS))
    frame["Current_J1"] += 5.0 * anomalous
    frame["Timestamp"] = pd.date_range("2022-10-26", periods=rows, freq="s").astype(str)
    for label in LABELS:
        frame[label] = anomalous
    frame.loc[3, "Current_J0"] = np.nan
    frame.to_csv(tmp_path / "session.csv", index=False)
    return tmp_path / "session.csv"


def test_rows_that_lack_a_value_are_left_out(session: Path) -> None:
    assert len(read(session, LABELS[0])) == 1499


def test_each_label_has_a_table_with_what_is_free(
    session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "ur3.md"
    arguments = ["--data", str(session), "--methods", "adabn", "--epochs", "1", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["ur3", *arguments])

    ur3.main()

    text = out.read_text()
    for name in ("random", "constant", "clock", "deviation from the source's", "forest", "network"):
        assert text.count(f"\n| {name}") == len(LABELS)


def test_no_part_of_the_session_shares_a_row_with_another(session: Path) -> None:
    parts = ur3.Parts.read(session, LABELS[0])

    ends = [parts.training, parts.validation, parts.target, parts.test]
    assert all(one.last.max() < other.first.min() for one, other in itertools.pairwise(ends))
