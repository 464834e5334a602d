from __future__ import annotations

import numpy as np
import pytest

from benchmarks import scoring
from benchmarks.report import ROOT


def test_every_measure_is_taken_and_set_beside_the_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(scoring.MEASURES, "another", lambda setup: float(len(setup.windows)))
    setup = scoring.Setup(
        ROOT / "registry" / "cobot" / "1", np.zeros((4, 19, 32), dtype=np.float32), seconds=0.01
    )
    cases = {case.case: case for case in scoring.measure(setup, runs=2, measures=scoring.MEASURES)}
    assert list(cases) == [
        "ONNX Runtime alone, batches of 4",
        "scorer on frames, batches of 4",
        "another, batches of 4",
    ]
    alone, on_frames, another = cases.values()
    assert alone.peer is None
    assert on_frames.peer_runs == another.peer_runs == alone.runs
    assert all(rate > 0 for case in cases.values() for rate in case.runs)
    assert another.runs == [4.0, 4.0]
