"""Training behind a pattern: the windows that matches cut, through the job."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from models.training.definition import read_training
from tests.jobs.test_train import said, train
from tests.models.training.files import recording, write
from tests.tidegate.triggered import write_pipeline

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

pytestmark = pytest.mark.xdist_group("models")

LENGTH = 8


def prepare(folder: Path, **trigger: Any) -> Path:
    """A training file whose trigger is the pipeline beside it, and recordings as its events."""
    folder.mkdir(exist_ok=True)
    window = {"stream": "samples", "channels": ["a", "b"], "length": LENGTH}
    write_pipeline(folder, window=window)
    path = write(folder)
    for at in range(12):
        domain, target = ("two", True) if at >= 6 else ("one", False)
        frame = recording(at % 6 + 10 * target, target)
        frame["id"] = frame.index.astype(str)
        frame["machine"] = "left"
        frame["go"] = np.random.default_rng(at).random(len(frame)) < 0.2
        # The file is in the order of arrival, which is not that of time.
        order = np.argsort(frame["time"] + np.random.default_rng(at).integers(0, 3000, len(frame)))
        frame.iloc[order].to_csv(folder / domain / f"{at % 6}.csv", index=False)
    document = yaml.safe_load(path.read_text())
    document["window"] = {
        "channels": {"a": "A", "b": "rad/s"},
        "length": LENGTH,
        "label": "last",
        "trigger": {"pipeline": "pipeline.yaml", **trigger},
    }
    path.write_text(yaml.safe_dump(document))
    return path


def refused(folder: Path, *settings: str, **trigger: Any) -> str:
    path = prepare(folder, **trigger)
    options = [part for each in settings for part in ("--set", each)]
    message = said(train(path, "--out", folder / "x" / "1", *options))
    assert "Traceback" not in message
    return message


def test_the_card_says_which_matches_cut_the_windows(tmp_path: Path) -> None:
    found = train(prepare(tmp_path, rules=["go"]), "--out", tmp_path / "x" / "1")
    assert found.exit_code == 0, found.output
    card = json.loads((tmp_path / "x" / "1" / "card.json").read_text())
    data = card["data"]
    assert data["window"]["trigger"] == {"pipeline": "pipeline.yaml", "rules": ["go"]}
    assert (
        "normal source validation windows, cut at matches of go" in (card["threshold"]["chosen_by"])
    )
    for domain, parts in (("one", "source"), ("two", "target")):
        trigger, left = data["origins"][domain]["trigger"], data["left_out"][domain]
        assert trigger["rules"] == {"go": 1}
        short = trigger["left_out"]["short_history"]
        assert 0 < trigger["windows"] == trigger["matches"]["go"] - short
        kept = sum(each["windows"] for name, each in data["parts"].items() if parts in name)
        assert trigger["windows"] == kept + left["without_label"] + left["across_parts"]


@pytest.mark.parametrize(
    "split", ["{by: group}", "{by: time, training: 0.5, validation: 0.25, test: 0.25}"]
)
def test_what_is_trained_on_is_what_the_stream_cuts(tmp_path: Path, split: str) -> None:
    from jobs.history import read_domain
    from models.training.parts import divide, listed
    from models.windows import cut

    definition = read_training(prepare(tmp_path), [f"split={split}"])
    domains = [*definition.sources, definition.target]
    given = [read_domain(each, definition.window, tmp_path)[0] for each in domains if each]
    parts = listed(given[:1], divide(definition, given[:1], given[1]))
    # The same files as ever: in order of time, a window every sample.
    plain = definition.window.model_copy(update={"trigger": None})
    every = {
        (number, series.name): cut(series, LENGTH, 1, "last")
        for number, domain in enumerate(domains)
        if domain
        for series in read_domain(domain, plain, tmp_path)[0].series
    }
    for part, windows in parts.items():
        assert len(windows)
        for at in range(len(windows)):
            same = every[int("target" in part), windows.names[windows.groups[at]]]
            end = int(np.flatnonzero(same.last == windows.last[at])[0])
            assert windows.values[at].tobytes() == same.values[end].tobytes()
            if hasattr(windows, "labels"):
                assert windows.labels[at] == same.labels[end]


def test_windows_without_a_label_are_left_out_of_a_source_and_counted(tmp_path: Path) -> None:
    file = prepare(tmp_path)
    for path in (tmp_path / "one").glob("*.csv"):
        frame = pd.read_csv(path)
        frame["anomaly"] = frame["anomaly"].where(frame["time"] % 3000 > 0)
        frame.to_csv(path, index=False)
    found = train(file, "--out", tmp_path / "x" / "1")
    assert found.exit_code == 0, found.output
    left = json.loads((tmp_path / "x" / "1" / "card.json").read_text())["data"]["left_out"]
    assert left["one"]["without_label"] > 0
    assert left["two"]["without_label"] == 0


def test_false_alarms_an_hour_are_told_by_how_often_matches_cut(tmp_path: Path) -> None:
    file = prepare(tmp_path)
    found = train(file, "--out", tmp_path / "x" / "1", "--set", "score.false_alarms_per_hour=60")
    assert found.exit_code == 0, found.output
    card = json.loads((tmp_path / "x" / "1" / "card.json").read_text())
    trigger = card["data"]["origins"]["one"]["trigger"]
    hours = 6 * 399 / 3600
    percentile = 100 * (1 - 60 / (trigger["windows"] / hours))
    assert f"percentile {percentile:g} of the scores" in card["threshold"]["chosen_by"]


@pytest.mark.parametrize(
    ("settings", "trigger", "message"),
    [
        ([], {"rules": ["never"]}, "pipeline.yaml match nowhere in 2400 rows of 6 series"),
        ([], {"rules": ["no"]}, "rule no cuts no window; those that do: go, never"),
        ([], {"pipeline": "none.yaml"}, "none.yaml"),
        (["training.batch=5000"], {}, "source one, training: matches cut"),
        (
            ["window.length=9"],
            {},
            "pipeline.yaml has 8 samples; give both the same length",
        ),
        (["window.channels={b: A, a: A}"], {}, "window.channels: b, a, but the window of"),
        (["window.stride=2"], {}, "with a trigger, matches say where windows end; leave it out"),
        (["sources.0.files.group=machine"], {}, "group: machine: with a trigger the key"),
        (["sources.0.files.classes={bad: 1}"], {}, "anomaly"),
    ],
)
def test_a_trigger_that_cannot_be_is_refused_in_one_line(
    tmp_path: Path, settings: list[str], trigger: dict[str, Any], message: str
) -> None:
    assert message in refused(tmp_path, *settings, **trigger)


def test_matches_without_any_label_are_refused_with_their_rows(tmp_path: Path) -> None:
    file = prepare(tmp_path)
    for path in (tmp_path / "one").glob("*.csv"):
        frame = pd.read_csv(path)
        frame["anomaly"] = frame["anomaly"].where(~frame["go"])
        frame.to_csv(path, index=False)
    message = said(train(file, "--out", tmp_path / "x" / "1"))
    assert "windows cut at matches has a label, such as rows" in message


def test_rows_that_are_no_events_of_the_stream_are_refused(tmp_path: Path) -> None:
    file = prepare(tmp_path)
    for path in (tmp_path / "one").glob("*.csv"):
        pd.read_csv(path).drop(columns="go").to_csv(path, index=False)
    message = said(train(file, "--out", tmp_path / "x" / "1"))
    assert "none of its rows is an event of stream samples" in message
    assert "2400 are dead letters" in message


def test_a_model_is_measured_on_the_windows_that_matches_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.jobs.test_evaluate import evaluate

    file, out = prepare(tmp_path / "train"), tmp_path / "x" / "1"
    assert train(file, "--out", out).exit_code == 0
    # New files, named from another folder than the training file's.
    prepare(tmp_path / "new")
    for path in (tmp_path / "new" / "one").glob("*.csv"):
        frame = pd.read_csv(path)
        frame["a"] += 0.01
        frame.to_csv(path, index=False)
    monkeypatch.chdir(tmp_path / "new")
    found = evaluate(out, file, "--data", "new=one/*.csv", "--draws", "0", "--out", "report")
    assert found.exit_code == 0, found.output
    origins = json.loads((out / "card.json").read_text())["data"]["origins"]
    assert f"new: {origins['one']['trigger']['windows']} windows" in found.output


def test_a_machine_is_calibrated_on_the_windows_that_matches_cut(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from models.scorer import Scorer
    from tidegate.cli import app

    file, root = prepare(tmp_path), tmp_path / "registry"
    out = root / "pump" / "1"
    assert train(file, "--out", out, "--set", "score.domains=input").exit_code == 0
    asked = ["--domain", f"left={tmp_path}/one/*.csv", "--time", "time"]
    asked += ["--pipeline", str(tmp_path / "pipeline.yaml"), "--registry", str(root)]
    found = CliRunner().invoke(app, ["models", "calibrate", "pump", "1", *asked])
    assert found.exit_code == 0, found.output
    origins = json.loads((out / "card.json").read_text())["data"]["origins"]
    assert f"left: {origins['one']['trigger']['windows']} windows of" in found.output
    table = Scorer(root / "pump" / "2").domains
    assert table is not None
    np.testing.assert_allclose(table.rows["left"], table.rows["one"], rtol=0, atol=0.1)
