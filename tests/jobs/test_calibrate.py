"""`tidegate models calibrate`: machines are added to a model that serves many."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests.models.adaptation import toy
from tests.models.many import make_many, windows

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

# What the fixtures train and load is made once, not in each worker.
pytestmark = pytest.mark.xdist_group("models")

WINDOW = {"length": toy.LENGTH, "stride": 4, "label": "any", "trigger": None}
TIME = ("--time", "time")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "small" / "1"
    make_many(folder)
    return folder


@pytest.fixture
def root(exported: Path, tmp_path: Path) -> Path:
    """A registry with version 1 of a model that serves many."""
    return made(exported, tmp_path / "registry")


def made(exported: Path, root: Path, **window: object) -> Path:
    from models.card import Card

    folder = shutil.copytree(exported, root / "small" / "1")
    data = {"window": {**WINDOW, **window}, "domains": {"raised": "a test", "lowered": "a test"}}
    Card.read(folder).model_copy(update={"data": data}).write(folder)
    return root


def rows(path: Path, offset: float = 0.0, count: int = 400, **columns: object) -> Path:
    """A recording of normal behaviour: time, a and b."""
    random, time = np.random.default_rng(3), np.arange(count)
    frame = pd.DataFrame({"time": time * 1000})
    frame["a"] = 2.0 * np.sin(time / 3) + offset + random.normal(0, 0.1, count)
    frame["b"] = 0.5 * np.cos(time / 3) - offset + random.normal(0, 0.1, count)
    frame.assign(**columns).to_csv(path, index=False)
    return path


def calibrate(root: Path, *arguments: str | Path) -> Result:
    from tidegate.cli import app

    given = ["models", "calibrate", "small", "1", *map(str, arguments), "--registry", str(root)]
    return CliRunner().invoke(app, given)


def refused(found: Result) -> str:
    assert found.exit_code != 0, found.output
    return str(found.exception) + found.output


def test_a_machine_is_added_in_a_new_version_and_the_old_one_stays(
    root: Path, tmp_path: Path
) -> None:
    from models.card import Card
    from models.scorer import Scorer
    from tidegate.cli import app
    from tidegate.registry import Registry

    before = {path.name: path.read_bytes() for path in (root / "small" / "1").iterdir()}
    file = rows(tmp_path / "line_7.csv", offset=9.0)
    found = calibrate(root, "--domain", f"line 7={file}", *TIME)
    assert found.exit_code == 0, found.output
    assert "line 7: 97 windows of 400 rows" in found.output
    assert f"calibrated: {root}/small/2, 3 keys" in found.output
    assert {path.name: path.read_bytes() for path in (root / "small" / "1").iterdir()} == before
    card = Card.read(root / "small" / "2")
    assert (card.name, card.version) == ("small", "2")
    assert card.sha256 == Card.read(root / "small" / "1").sha256
    assert card.data["domains"]["line 7"]["files"][0]["path"] == "line_7.csv"
    assert card.data["calibrated_from"]["version"] == "1"
    table = Scorer(root / "small" / "2").domains
    assert table is not None
    assert list(table.rows) == ["line 7", "lowered", "raised"]
    np.testing.assert_allclose(
        table.rows["line 7"], [9.0, -9.0, np.sqrt(2), 0.5 / np.sqrt(2)], rtol=0, atol=0.05
    )
    assert Registry(str(root)).verify("small", "2").domain is not None
    shown = CliRunner().invoke(app, ["models", "show", "small", "2", "--registry", str(root)])
    assert "domains: 3 (raised, lowered, line 7) of 4 numbers; unknown" in shown.output


def test_a_machine_with_an_offset_scores_as_one_without_it(root: Path, tmp_path: Path) -> None:
    from models.scorer import Scorer

    asked = []
    for key, offset in (("near", 0.0), ("far", 300.0)):
        asked += ["--domain", f"{key}={rows(tmp_path / f'{key}.csv', offset)}"]
    assert calibrate(root, *asked, *TIME).exit_code == 0
    scorer = Scorer(root / "small" / "2")
    shift = np.array([300.0, -300.0], np.float32)[:, None]
    values = windows(20) - windows(20).mean(axis=(0, 2), keepdims=True)
    near = scorer.score_windows(values, ["near"] * 20)
    far = scorer.score_windows(values + shift, ["far"] * 20)
    np.testing.assert_allclose(far, near, rtol=0, atol=1e-3)
    assert np.abs(scorer.score_windows(values + shift) - near).max() > 0.01


def test_rows_of_a_table_or_of_labelled_files_are_told_by_a_document(
    root: Path, tmp_path: Path
) -> None:
    from models.card import Card

    half = np.arange(400) < 200
    path = rows(tmp_path / "x.csv", anomaly=np.where(half, 0, 1))
    columns = f"{{files: [{path.name}], time: time, label: anomaly}}"
    (tmp_path / "x.yaml").write_text(f"name: x\nfiles: {columns}\n")
    found = calibrate(root, "--domain", f"x={tmp_path}/x.yaml", "--out", tmp_path / "out" / "7")
    assert found.exit_code == 0, found.output
    card = Card.read(tmp_path / "out" / "7")
    assert card.version == "7"
    assert card.data["domains"]["x"]["windows_rows"] == 200


def test_only_the_first_rows_are_normal_where_it_is_said_so(root: Path, tmp_path: Path) -> None:
    file = rows(tmp_path / "x.csv")
    found = calibrate(root, "--domain", f"x={file}", *TIME, "--normal-rows", "200")
    assert found.exit_code == 0, found.output
    assert "x: 47 windows of 200 rows" in found.output


def test_a_key_that_is_there_is_replaced_and_it_is_said(root: Path, tmp_path: Path) -> None:
    file = rows(tmp_path / "x.csv")
    found = calibrate(root, "--domain", f"raised={file}", *TIME)
    assert "raised: 97 windows of 400 rows, in the place of what there was" in found.output


@pytest.mark.parametrize(
    ("columns", "count", "said"),
    [
        ({"a": np.nan}, 400, "domain x: series x, row 1, column a: nan, expected a finite number"),
        ({"b": 3.0}, 400, "domain x: column b never changes; leave it out"),
        ({}, 100, "domain x: 22 normal windows that hold 100 rows, expected at least 160 rows"),
        ({}, 8, "domain x: 0 normal windows that hold 0 rows, expected at least 160 rows"),
    ],
)
def test_rows_that_cannot_calibrate_are_refused_in_one_line(
    root: Path, tmp_path: Path, columns: dict[str, object], count: int, said: str
) -> None:
    file = rows(tmp_path / "x.csv", count=count, **columns)
    assert said in refused(calibrate(root, "--domain", f"x={file}", *TIME))
    assert [each.name for each in (root / "small").iterdir()] == ["1"]


def test_an_unknown_channel_is_named(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    pd.read_csv(rows(path)).rename(columns={"b": "c"}).to_csv(path, index=False)
    found = refused(calibrate(root, "--domain", f"x={path}", *TIME))
    assert "x.csv: no column b; it has time, a, c" in found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--domain", "x"), "--domain x: expected KEY=FILES, each key once"),
        (("--domain", "x=no.csv"), "--domain x=no.csv: name the column of the time with --time"),
        (("--domain", "x=no.csv", *TIME), "no.csv: no such file"),
        (("--domain", "x=a.csv", "--domain", "x=b.csv", *TIME), "each key once"),
        (("--domain", "x=a.csv", *TIME, "--pipeline", "p.yaml"), "--pipeline: no pattern cuts"),
    ],
)
def test_what_cannot_be_asked_is_refused(root: Path, arguments: tuple[str, ...], said: str) -> None:
    assert said in refused(calibrate(root, *arguments))


def test_a_version_that_is_there_is_not_changed(root: Path, tmp_path: Path) -> None:
    file = rows(tmp_path / "x.csv")
    out = root / "small" / "1"
    found = refused(calibrate(root, "--domain", f"x={file}", *TIME, "--out", out))
    assert "exists, and versions are not changed; give another --out" in found


def test_a_model_for_one_machine_takes_no_more(root: Path, tmp_path: Path) -> None:
    card = root / "small" / "1" / "card.json"
    document = json.loads(card.read_bytes())
    del document["inputs"][1]
    card.write_text(json.dumps(document))
    found = refused(calibrate(root, "--domain", f"x={rows(tmp_path / 'x.csv')}", *TIME))
    assert "serves one machine; train it with score: {domains: input}" in found


def test_deviations_of_the_source_stay_those_of_the_source(exported: Path, tmp_path: Path) -> None:
    from models.scorer import Scorer

    root = made(exported, tmp_path / "registry", deviations="source")
    file = rows(tmp_path / "x.csv", 4.0)
    assert calibrate(root, "--domain", f"x={file}", *TIME).exit_code == 0
    table = Scorer(root / "small" / "2").domains
    assert table is not None
    np.testing.assert_array_equal(table.rows["x"][2:], table.default[2:])
    np.testing.assert_allclose(table.rows["x"][:2], [4, -4], rtol=0, atol=0.05)


def test_a_model_behind_a_pattern_asks_for_its_pipeline(exported: Path, tmp_path: Path) -> None:
    trigger = {"pipeline": "../pump.yaml", "rules": ["r"]}
    root = made(exported, tmp_path / "registry", trigger=trigger)
    file = rows(tmp_path / "x.csv")
    found = refused(calibrate(root, "--domain", f"x={file}", *TIME))
    assert "cut at matches of ../pump.yaml; name that pipeline's file with --pipeline" in found
