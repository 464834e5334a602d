"""A job that names a model: the version that is served, and a smaller form of its graph."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.card import MODEL_FILE, sha256_of
from models.generator import SOURCE, make_session
from models.scorer import Scorer
from tests.cluster import Submitter
from tests.end_to_end.cobot_job import cobot_job
from tests.models.test_generator import readings
from tidegate.registry import Registry
from tidegate.stack.jars import ROOT
from tidegate.stack.options import StackOptions


def test_a_job_scores_with_the_variant_of_the_version_that_is_served(
    stack: StackOptions, submit: Submitter, tmp_path: Path
) -> None:
    pytest.importorskip("onnx", reason="making variants needs the extra 'train'")
    from models.quantise import quantise

    folder = tmp_path / "registry" / "cobot" / "1"
    shutil.copytree(ROOT / "registry" / "cobot" / "1", folder)
    session = make_session(SOURCE, 900, seed=5)
    seen = np.stack([session.values[at : at + 32].T for at in range(600)]).astype(np.float32)
    quantise("int8_static", folder / MODEL_FILE, folder / "model.int8_static.onnx", seen)
    sha256 = sha256_of(folder / "model.int8_static.onnx")
    card = json.loads((folder / "card.json").read_bytes())
    card["variants"] = {"int8_static": {"file": "model.int8_static.onnx", "sha256": sha256}}
    (folder / "card.json").write_text(json.dumps(card))
    Registry(str(tmp_path / "registry")).promote("cobot", "1", "ada", "now")

    model = f"{{name: cobot, variant: int8_static, registry: {tmp_path / 'registry'}}}"
    rows = readings("r", session)
    run = cobot_job(stack, submit, tmp_path / "lake", "named", rows, model)
    run.stop()

    matches, scores = run.table("matches"), run.table("scores")
    windows = matches.loc[matches["window_status"] == "ok"].set_index("match_id")["window_values"]
    assert len(scores) == len(windows) > 0
    values = np.stack([np.asarray(windows[match], np.float32) for match in scores["match_id"]])
    values = values.reshape(-1, 19, 32)
    expected = Scorer(folder, variant="int8_static").score_windows(values)[:, 0]
    np.testing.assert_array_equal(scores["score"].to_numpy(np.float32), expected)
    assert not np.array_equal(expected, Scorer(folder).score_windows(values)[:, 0])
    scored = [each["model"] for each in run.alerts("cobot-alerts-named") if each["model"]]
    assert scored
    assert {each["sha256"] for each in scored} == {sha256}
