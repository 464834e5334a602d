from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="measuring needs the extra 'train'")

from models.errors import EvaluationError
from models.metrics.table import Asked, Judged, tabulate
from models.windows import Windows


def windows(series: int = 6, length: int = 40, seed: int = 0) -> Windows:
    """Series with an event of eight windows each, at another place in each."""
    random = np.random.default_rng(seed)
    labels = np.zeros((series, length), np.int64)
    for row in labels:
        start = int(random.integers(2, length - 10))
        row[start : start + 8] = 1
    groups = np.repeat(np.arange(series), length)
    last = np.tile(np.arange(length) * 4 + 15, series)
    values = np.zeros((series * length, 1, 16), np.float32)
    names = tuple(f"s{at}" for at in range(series))
    return Windows(values, groups, names, last - 15, last, labels.reshape(-1))


def scores(of: Windows, noise: float, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    return of.anomalous + random.normal(0, noise, len(of))


def test_every_table_has_the_baselines_beside_the_model() -> None:
    given = windows()
    found = tabulate("test", given, [Judged("model", scores(given, 0.1), 0.5)], Asked(reach=4))
    assert [row.name for row in found.rows] == ["model", "random", "constant", "clock"]
    model, random, constant, _ = found.rows
    assert (found.windows, found.series, found.events, found.k) == (240, 6, 6, 48)
    assert model.auroc > 0.99
    assert abs(random.auroc - 0.5) < 0.15
    assert constant.auroc == 0.5
    assert constant.auprc == pytest.approx(found.prevalence)
    assert constant.at.false_positive_rate == 1.0


def test_random_and_clock_call_as_many_windows_as_the_model() -> None:
    given = windows()
    judged = Judged("model", scores(given, 0.4), 0.6)
    found = tabulate("test", given, [judged], Asked())

    def called(row: object) -> float:
        share = found.prevalence
        return row.at.recall * share + row.at.false_positive_rate * (1 - share)  # type: ignore[attr-defined]

    model, random, _, clock = found.rows
    assert called(random) == pytest.approx(called(model))
    assert called(clock) >= called(model)  # Windows that tie with the last are called too.


def test_an_interval_holds_the_figure_and_narrows_with_more_series() -> None:
    widths = []
    for series in (5, 40):
        given = windows(series)
        row = tabulate("test", given, [Judged("m", scores(given, 0.6), 0.5)], Asked()).rows[0]
        assert set(row.intervals) == {
            "auroc",
            "auprc",
            "f1",
            "false_positive_rate",
            "event_recall",
        }
        assert row.intervals["auroc"].low <= row.auroc <= row.intervals["auroc"].high
        widths.append(row.intervals["auroc"].high - row.intervals["auroc"].low)
    assert widths[1] < widths[0]


def test_one_series_has_no_interval() -> None:
    given = windows(1)
    found = tabulate("test", given, [Judged("model", scores(given, 0.1), 0.5)], Asked())
    assert found.rows[0].intervals == {}


def test_the_order_of_windows_changes_nothing() -> None:
    given = windows()
    own = scores(given, 0.4)
    mixed = np.random.default_rng(2).permutation(len(given))
    asked = Asked(reach=3, draws=20)
    straight = tabulate("test", given, [Judged("model", own, 0.5)], asked)
    shuffled = tabulate("test", given.take(mixed), [Judged("model", own[mixed], 0.5)], asked)
    assert repr(straight) == repr(shuffled)  # A NaN equals none, itself included.


def test_windows_of_one_kind_have_false_alarms_and_no_ranking() -> None:
    given = windows()
    normal = given.take(~given.anomalous)
    alarm = np.arange(len(normal)) % 20 == 0
    found = tabulate("test", normal, [Judged("model", alarm.astype(float), 0.5)], Asked())
    assert not found.ranked
    assert np.isnan(found.rows[0].auroc)
    assert found.rows[0].at.false_positive_rate == pytest.approx(alarm.mean())
    assert found.rows[0].at.false_alarms_per_hour > 0


def test_windows_without_a_label_are_left_out() -> None:
    given = windows()
    labels = given.labels.copy()
    labels[:40] = -1
    own = scores(given, 0.3)
    part = Windows(given.values, given.groups, given.names, given.first, given.last, labels)
    found = tabulate("test", part, [Judged("model", own, 0.5)], Asked(draws=0))
    rest = tabulate(
        "test", given.take(labels >= 0), [Judged("model", own[40:], 0.5)], Asked(draws=0)
    )
    assert repr(found) == repr(rest)


def test_what_cannot_be_measured_is_refused() -> None:
    given = windows()
    own = scores(given, 0.3)
    own[3] = np.nan
    with pytest.raises(EvaluationError, match="test: 1 windows have no score of model"):
        tabulate("test", given, [Judged("model", own, 0.5)], Asked())
    unknown = given.take(np.arange(4))
    unknown.labels[:] = -1
    with pytest.raises(EvaluationError, match="no window has a label; name the column"):
        tabulate("test", unknown, [Judged("model", own[:4], 0.5)], Asked())
