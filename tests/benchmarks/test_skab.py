from __future__ import annotations

import numpy as np
import pytest

from benchmarks import skab_scores
from benchmarks.skab_data import windows_of
from benchmarks.skab_scores import Data
from benchmarks.skab_tables import SETTINGS, Figures, choosing, operating
from models.deviation.release import Release
from models.scoring.threshold import at_percentile
from models.windows import Series

LENGTH, FROM, TO = 900, 600, 750


def files(count: int) -> Data:
    """Two sensors of which one jumps; the clock rises."""
    random = np.random.default_rng(0)
    series, clocks = [], []
    for number in range(count):
        labels = np.zeros(LENGTH, np.int64)
        labels[FROM:TO] = 1
        values = random.normal(0, 1, (LENGTH, 2))
        values[:, 0] += 6.0 * labels
        time = np.arange(LENGTH, dtype=np.int64) * 1000
        series.append(Series(str(number), time, values, labels))
        clocks.append(Series(str(number), time, np.linspace(0, 9, LENGTH)[:, None], labels))
    return Data(series, windows_of(series), clocks)


DATA = files(4)


@pytest.mark.parametrize(
    "scored",
    [
        skab_scores.start_up(DATA, 400),
        skab_scores.majority(DATA, 0.5),
        skab_scores.majority_of_the_rest(DATA, 0.5),
        skab_scores.gated(DATA, skab_scores.Gate()),
        skab_scores.plain(DATA, 400),
        skab_scores.with_release(skab_scores.start_up(DATA, 400), DATA, Release()),
        skab_scores.bound(DATA, seed=0),
    ],
)
def test_deviation_from_own_normal_finds_a_jump(scored: skab_scores.Scored) -> None:
    assert Figures.of(scored, DATA).auroc > 0.95


def test_what_was_calibrated_on_is_left_out() -> None:
    seen = skab_scores.start_up(DATA, 400).seen

    assert (DATA.windows.first[~seen] >= 400).all()
    assert (DATA.windows.first[seen] < 400).all()


def test_a_block_is_calibrated_without_its_own_rows() -> None:
    alone = skab_scores.majority_of_the_rest(DATA, 0.5).scores
    jump = [*DATA.series[:1], *DATA.series[1:]]
    values = jump[0].values.copy()
    values[:100] += 1000.0
    moved = Data(
        [Series("0", jump[0].time, values, jump[0].labels), *jump[1:]],
        windows_of([Series("0", jump[0].time, values, jump[0].labels), *jump[1:]]),
        DATA.clocks,
    )

    block = slice(0, skab_scores.BLOCK)

    np.testing.assert_allclose(
        skab_scores.majority_of_the_rest(moved, 0.5).scores[block][:1],
        alone[block][:1] + 1000.0,
        rtol=0.1,
    )


def test_the_start_ups_threshold_keeps_its_rate_where_normal_stays_normal() -> None:
    found = at_percentile(skab_scores.start_up_scores(DATA, 400).astype(np.float32), 95.0, "them")
    scores = skab_scores.start_up(DATA, 400).scores

    assert (scores[~DATA.windows.anomalous] >= found.value).mean() < 0.1
    assert operating(DATA, DATA, 400, 95.0).count("| all |") == 2


def test_each_setting_is_chosen_on_other_files_than_it_is_confirmed_on() -> None:
    lines = choosing(DATA, files(6)).splitlines()[2:]

    assert len(lines) == 3 * len(SETTINGS)
    assert all(line.split("|")[2] != line.split("|")[5] for line in lines)
