"""A job whose model serves several robots: each by its own numbers, an unknown one not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.card import MODEL_FILE, sha256_of
from models.domain_table import DOMAINS_FILE, DomainTable
from models.generator import CHANNELS, SOURCE, make_session
from models.scorer import Scorer
from models.windows import Floats
from tests.cluster import Submitter
from tests.end_to_end.cobot_job import cobot_job
from tests.end_to_end.job import LIMIT_S
from tests.models.many import write_many
from tests.models.test_generator import readings
from tidegate.stack.options import StackOptions

# What the second robot's sensors add; no rule looks at these channels.
OFFSETS = {"tool_current": 30.0, "speed_5": -4.0, "temperature_0": 200.0}
LENGTH = 32


def write_model(folder: Path, seen: Floats, offset: Floats) -> None:
    """A network that has learnt nothing, with rows for a plain and a shifted robot."""
    import torch

    from models.networks.classifier import Classifier
    from models.networks.cnn import Cnn
    from models.networks.network import Network
    from models.preprocessing.preprocessing import Preprocessing
    from models.scoring.graph import ScoringGraph

    torch.manual_seed(0)
    layers = Preprocessing(CHANNELS)
    plain = layers.estimate(seen)
    shifted = layers.estimate(seen + offset[:, None])
    encoder = Cnn(len(CHANNELS), (8, 8, 8), (5, 3, 3), 0.1)
    network = Network(layers, [plain, shifted, plain], encoder, Classifier(8, 2, ()))
    rows = {"plain": plain, "shifted": shifted}
    table = DomainTable(layers.numbers, plain, rows)
    whole = ScoringGraph(network.eval(), None, many=True)
    write_many(folder, whole, tuple(CHANNELS), table, seen, "invalid")


def test_each_robot_is_scored_by_its_own_numbers_and_an_unknown_one_is_invalid(
    stack: StackOptions, submit: Submitter, tmp_path: Path
) -> None:
    pytest.importorskip("torch", reason="training needs the extra 'train'")
    session, folder = make_session(SOURCE, 1200, seed=5), tmp_path / "small" / "1"
    seen = np.stack([session.values[at : at + LENGTH].T for at in range(1001)]).astype(np.float32)
    offset = np.array([OFFSETS.get(name, 0.0) for name in CHANNELS], np.float32)
    write_model(folder, seen, offset)

    events = []
    rows = ("plain", "shifted")
    for robot in (*rows, "stranger"):
        for row in readings(robot, session):
            added = OFFSETS if robot == "shifted" else {}
            events.append(row | {name: float(row[name]) + by for name, by in added.items()})  # type: ignore[arg-type]
    events.sort(key=lambda row: int(row["ts"]))  # type: ignore[arg-type]
    model = f"{{path: {folder}, threshold: 0.0, unscored: record}}"
    run = cobot_job(stack, submit, tmp_path / "lake", "many", events, model)
    run.rest.wait_until(
        "the windows of three robots that run alike",
        lambda: 0 < run.gauge("scores") == 3 * run.gauge("unknown_domains"),
        LIMIT_S,
    )
    unknown = run.gauge("unknown_domains")
    run.stop()

    matches = run.table("matches").set_index("match_id")
    matches = matches[matches["window_status"] == "ok"]
    scores = run.table("scores").set_index("match_id").loc[matches.index]
    keys, status = matches["key"].tolist(), scores["score_status"].tolist()
    of = {key: [at for at, each in enumerate(keys) if each == key] for key in dict.fromkeys(keys)}
    assert len(of["plain"]) == len(of["shifted"]) == len(of["stranger"]) > 0
    assert {status[at] for at in of["stranger"]} == {"invalid"}
    assert {status[at] for at in (*of["plain"], *of["shifted"])} == {"ok"}
    assert unknown == len(of["stranger"])

    values = np.stack([np.asarray(each, np.float32) for each in matches["window_values"]])
    expected = Scorer(folder).score_windows(values.reshape(-1, len(CHANNELS), LENGTH), keys)[:, 0]
    found = pd.to_numeric(scores["score"]).to_numpy(np.float32)
    np.testing.assert_array_equal(found, expected)
    places = [*zip(matches["rule_id"], matches["start_time"], matches["window_end"], strict=True)]
    plain, shifted = (found[sorted(of[key], key=places.__getitem__)] for key in rows)
    np.testing.assert_allclose(shifted, plain, rtol=0, atol=1e-4)
    alerts = [each for each in run.alerts("cobot-alerts-many") if each["model"]]
    assert {each["key"] for each in alerts} == set(rows)
    hashes = sha256_of(folder / MODEL_FILE) + sha256_of(folder / DOMAINS_FILE)
    for each in alerts:
        named = hashlib.sha256((each["match_id"] + hashes).encode()).hexdigest()
        assert each["alert_id"] == named[:32]
