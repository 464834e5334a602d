from __future__ import annotations

import base64
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="reports need the extra 'train'")
pytest.importorskip("matplotlib", reason="reports need the extra 'train'")

from models.metrics.table import Asked, Judged, tabulate
from models.report import plots
from models.report.findings import findings
from models.report.page import Picture, page
from models.report.report import write_report
from models.report.scored import Before, Scored
from tests.models.folders import card_of, make_folder
from tests.models.metrics.test_table import scores, windows

HISTORY = {"loss.classification": [0.7, 0.4, 0.3], "loss.domain": [0.7, 0.69, 0.69]}


def scored(part: str, noise: float = 0.2, seed: int = 0, **changes: Any) -> Scored:
    given = windows(seed=seed)
    own = 1 / (1 + np.exp(-4 * (scores(given, noise, seed) - 0.5)))
    random = np.random.default_rng(seed)
    latent = random.normal(size=(len(given), 5)).astype(np.float32)
    error = random.uniform(0.5, 1.5, len(given)).astype(np.float32)
    return Scored(part, given, own, error, latent, **changes)


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = make_folder(tmp_path_factory.mktemp("report"))
    history = {**HISTORY, "lambda": [0.5, 0.9, 1.0]}
    card = card_of(out).model_copy(update={"training": {"history": history}})
    before = scored("x", 1.0, 3)
    parts = [
        scored("source_test"),
        scored("target_test", seed=1, before=Before(before.scores, 0.5, before.latent)),
    ]
    write_report(out, card, parts, Asked(draws=30), 0.05, "old 1")
    return out


def test_the_page_stands_by_itself(folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    tags = [tag for tag, _ in reader.tags]
    assert "script" not in tags
    assert "link" not in tags
    pictures = [attributes for tag, attributes in reader.tags if tag == "img"]
    assert [each["alt"] for each in pictures] == [
        "ROC",
        "Precision and recall",
        "Scores",
        "Reconstruction error by domain",
        "Embedding",
        "Training",
    ]
    for each in pictures:
        kind, content = (each["src"] or "").split(",")
        assert kind == "data:image/svg+xml;base64"
        assert b"<svg" in base64.b64decode(content)
    without = re.sub(r'src="data:[^"]*"', "", text)
    assert "http" not in without
    assert 'name="viewport"' in without
    assert "@media print" in without


def test_metrics_json_has_every_figure_with_its_baselines_and_intervals(folder: Path) -> None:
    found = json.loads((folder / "metrics.json").read_bytes())
    rows = found["parts"]["target_test"]["rows"]
    assert list(rows) == ["model", "old 1", "random", "constant", "clock"]
    model = rows["model"]
    assert model["auroc"] > rows["random"]["auroc"]
    assert model["intervals"]["auprc"]["draws"] == 30
    assert {"f1", "false_positive_rate", "event_recall", "delay_seconds"} <= set(model["at"])
    assert [each["per_hour"] for each in model["at_alarms"]] == [1.0, 6.0]
    assert found["model"]["name"] == "small"


def test_a_report_made_again_is_the_same_text(folder: Path, tmp_path: Path) -> None:
    assert plots.svg(plots.roc([scored("a")])) == plots.svg(plots.roc([scored("a")]))


def test_names_that_look_like_markup_are_shown_and_not_obeyed() -> None:
    evil = "<script>alert('x')</script>"
    given = windows()
    table = tabulate(evil, given, [Judged(evil, scores(given, 0.1), 0.5)], Asked(draws=0), evil)
    picture = Picture(evil, 'x" onerror="alert(1)', evil)
    reader = Reader()
    reader.feed(page(evil, {evil: evil}, [evil], [table], [picture], (1.0,)))
    assert "script" not in [tag for tag, _ in reader.tags]
    assert all("onerror" not in attributes for _, attributes in reader.tags)


def test_parts_without_labels_are_drawn_and_said_to_be_unmeasured(tmp_path: Path) -> None:
    given = scored("target_test")
    given.windows.labels[:] = -1
    folder = make_folder(tmp_path / "small")
    assert write_report(folder, card_of(folder), [given], Asked(), 0.05) == ()
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert "target_test: no window has a label" in text
    assert 'alt="Scores"' in text
    assert 'alt="ROC"' not in text


def test_windows_that_the_file_was_not_made_for_are_measured_and_not_drawn(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "small")
    parts = [scored("source_test", note="not its own numbers"), scored("target_test", seed=1)]
    tables = write_report(folder, card_of(folder), parts, Asked(draws=0), 0.05)
    assert [table.part for table in tables] == ["source_test", "target_test"]
    assert "not its own numbers" in (folder / "report.html").read_text(encoding="utf-8")


def table(
    part: str, noise: float, threshold: float = 0.5, series: int = 6, before: float = 0
) -> Any:
    given = windows(series)
    judged = [Judged("model", scores(given, noise), threshold)]
    if before:
        judged.append(Judged("old 1", scores(given, before, 2), threshold))
    return tabulate(part, given, judged, Asked(draws=50))


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ([table("target_test", 50.0)], "does not beat the"),
        ([table("target_test", 0.1, threshold=-0.05)], "5.0% was intended"),
        ([table("source_test", 0.1), table("target_test", 3.0)], "is not made up for"),
        ([table("target_test", 1.0, before=0.2)], "adapting did harm"),
        ([table("target_test", 0.1, series=3)], "3 series only"),
    ],
)
def test_what_gives_cause_to_worry_is_said_first(tables: list[Any], sentence: str) -> None:
    assert any(sentence in each for each in findings(tables, 0.05))


def test_nothing_is_said_where_nothing_stands_out() -> None:
    assert findings([table("source_test", 0.1), table("target_test", 0.1, before=3.0)], 0.05) == []


def test_there_is_no_curve_without_epochs_and_no_map_without_vectors() -> None:
    assert plots.curves({}) is None
    bare = Scored("target_test", windows(), scores(windows(), 0.1))
    assert plots.embedding([bare], 0) is None


def test_the_figures_of_a_report_come_out_as_files(folder: Path, tmp_path: Path) -> None:
    from models.report.pictures import extract
    from tidegate.errors import FileFormatError

    found = [path.name for path in extract(folder / "report.html", tmp_path / "out")]
    assert found[:3] == ["roc.svg", "precision-and-recall.svg", "scores.svg"]
    assert all(b"<svg" in (tmp_path / "out" / name).read_bytes() for name in found)
    with pytest.raises(FileFormatError, match="no figures"):
        extract(folder / "card.json", tmp_path / "out")
