from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import fastavro
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.generator import CHANNELS, SOURCE, TARGET, Brand, Kind, Session, make_session
from models.generator.__main__ import make_fleet, write_csv
from models.scorer import Scorer
from tests.end_to_end.reference_cobot import expected_matches

ROOT = Path(__file__).resolve().parents[2]
BRANDS = st.sampled_from([SOURCE, TARGET])


@settings(max_examples=20, deadline=None)
@given(BRANDS, st.integers(60, 1500), st.integers(0, 2**32))
def test_a_session_depends_on_its_arguments_alone(brand: Brand, seconds: int, seed: int) -> None:
    one, two = (make_session(brand, seconds, seed) for _ in range(2))
    np.testing.assert_array_equal(one.values, two.values)
    np.testing.assert_array_equal(one.kinds, two.kinds)
    assert one.values.shape == (seconds, len(CHANNELS))
    assert np.isfinite(one.values).all()
    for column in (one.cycle, one.protective_stop, one.grip_lost, one.kinds):
        assert column.shape == (seconds,)


@settings(max_examples=20, deadline=None)
@given(BRANDS, st.integers(0, 2**32))
def test_a_protective_stop_follows_its_cause_within_seconds(brand: Brand, seed: int) -> None:
    session = make_session(brand, 1800, seed)
    begins = np.flatnonzero(np.diff(session.protective_stop.astype(int)) == 1) + 1
    for begin in begins:
        before = session.kinds[max(0, begin - 5) : begin]
        assert {Kind.COLLISION, Kind.OVERLOAD_STOP} & set(before)
    assert (np.abs(session.values[session.protective_stop, 12:18]) < 0.1).all()


def test_the_kinds_of_fault_show_where_they_should() -> None:
    sessions = [make_session(SOURCE, 3600, seed) for seed in range(4)]
    kinds = np.concatenate([session.kinds for session in sessions])
    values = np.concatenate([session.values for session in sessions])
    lost = np.concatenate([session.grip_lost for session in sessions])
    assert set(np.unique(kinds)) == set(Kind)
    np.testing.assert_array_equal(lost, kinds == Kind.GRIP_LOST)
    largest = np.abs(values[:, :3]).max(axis=1)
    assert np.percentile(largest[kinds == Kind.COLLISION], 75) > 3.4
    assert np.percentile(largest[kinds == Kind.NONE], 95) < 3.4
    assert not np.concatenate([s.labels for s in sessions])[kinds == Kind.OVERLOAD_STOP].any()


def test_brands_differ_in_level_and_noise() -> None:
    source, target = (make_session(brand, 3600, seed=1, mean_gap=1e9) for brand in (SOURCE, TARGET))
    shift = np.abs(source.values.mean(axis=0) - target.values.mean(axis=0))
    assert shift[:6].max() > 0.2
    assert shift[6:12].min() > 0.3
    assert target.cycle.max() < source.cycle.max()


def test_a_session_file_fits_the_schema_of_the_stream(tmp_path: Path) -> None:
    schema = fastavro.schema.load_schema(ROOT / "schemas" / "cobot_reading.avsc")
    path = tmp_path / "session.csv"
    assert write_csv(path, make_fleet(2, 2, seed=1, brand="source")) == 240
    with path.open() as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == [field["name"] for field in schema["fields"]]
    assert len(rows) == 240
    for row in rows:
        event = {name: float(row[name]) for name in CHANNELS}
        event |= {name: {"true": True, "false": False}[row[name]] for name in list(row)[-2:]}
        event |= {"robot_id": row["robot_id"], "cycle": int(row["cycle"])}
        event["ts"] = datetime.fromisoformat(row["ts"])
        fastavro.validate(event, schema)
    times = [row["ts"] for row in rows]
    assert times == sorted(times)


@pytest.fixture(scope="module")
def opened() -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Windows that the cobot's rules open, whether one is anomalous, and the rule."""
    windows, labels, rules = [], [], []
    for seed in range(40, 44):
        for robot, session in make_fleet(4, 60, seed, "source").items():
            for rule, _, times in sorted(expected_matches(readings(robot, session))):
                end = times[-1] // 1000 + 1
                if end >= 32:
                    windows.append(session.values[end - 32 : end].T)
                    labels.append(session.labels[end - 32 : end].any())
                    rules.append(rule)
    return np.array(windows, dtype=np.float32), np.array(labels), rules


def readings(robot: str, session: Session) -> list[dict[str, float | int | bool | str | None]]:
    return [
        {
            "robot_id": robot,
            "ts": second * 1000,
            **dict(zip(CHANNELS, map(float, session.values[second]), strict=True)),
            "protective_stop": bool(session.protective_stop[second]),
        }
        for second in range(len(session.values))
    ]


@pytest.mark.parametrize("rule", ["current_spike_then_stop", "temperature_rising"])
def test_rules_open_windows_of_both_kinds_and_the_model_tells_them_apart(
    opened: tuple[np.ndarray, np.ndarray, list[str]], rule: str
) -> None:
    from sklearn.metrics import roc_auc_score

    windows, labels, rules = opened
    chosen = np.array(rules) == rule
    assert labels[chosen].sum() >= 20
    assert (~labels[chosen]).sum() >= 20
    scorer = Scorer(ROOT / "registry" / "cobot" / "1")
    scores = scorer.score_windows(windows[chosen])[:, 0]
    called = scores >= scorer.card.threshold
    auroc = roc_auc_score(labels[chosen], scores)
    print(
        f"{rule}: {chosen.sum()} windows, {labels[chosen].mean():.3f} anomalous, "
        f"AUROC {auroc:.3f}, recall {called[labels[chosen]].mean():.3f}, "
        f"false positives {called[~labels[chosen]].mean():.3f}"
    )
    assert auroc > 0.8
