"""Scores of SKAB's windows that nothing is trained for: baselines and deviation from own normal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.skab_data import STRIDE
from models.deviation.gated import Gate, GatedNormal
from models.deviation.held_out import held_out
from models.deviation.regime import Regime, of_majority, of_samples
from models.deviation.release import Release, released
from models.metrics.baselines import clock_centre, clock_scores, constant_scores, random_scores
from models.windows import Bools, Doubles, Floats, Ints, Series, Windows

# Windows of a block whose regime is told from the rest of the file: 150 rows.
BLOCK = 10
# In this file the fault is a spike of some rows, and the label goes on for 400, to another one.
SPIKE, SPIKE_ROWS = "8", 6


@dataclass(frozen=True)
class Data:
    """Files and the windows that were cut from them.

    Attributes:
        series: without the channels that tell the time.
        windows: of all files, in their order.
        clocks: the same files with those channels alone.
    """

    series: Sequence[Series]
    windows: Windows
    clocks: Sequence[Series]

    def of_file(self, number: int) -> Ints:
        """Rows of the windows of a file, int64 [some]."""
        return np.flatnonzero(self.windows.groups == number)

    def values(self, rows: Ints) -> Floats:
        """float32 [some, channels, length]."""
        return np.ascontiguousarray(self.windows.values[rows])


@dataclass(frozen=True)
class Scored:
    """Scores and which of them a calibration has seen.

    Attributes:
        scores: float64 [count].
        seen: bool [count], windows with a row that the score was calibrated on.
    """

    scores: Doubles
    seen: Bools


def untouched(scores: Doubles) -> Scored:
    """Scores that nothing was calibrated for."""
    return Scored(scores, np.zeros(len(scores), bool))


def start_up(data: Data, rows: int) -> Scored:
    """Largest deviation of a channel's mean from that of the first `rows` rows of each file."""
    regimes = [of_samples(each.values[:rows]) for each in data.series]
    return Scored(_by_file(data, regimes), data.windows.first < rows)


def plain(data: Data, rows: int) -> Scored:
    """The same in deviations of single samples alone: what is known for this protocol."""
    starts = [each.values[:rows] for each in data.series]
    regimes = [
        Regime(each.mean(axis=0).astype(np.float32), each.std(axis=0).astype(np.float32))
        for each in starts
    ]
    return Scored(_by_file(data, regimes), data.windows.first < rows)


def with_release(scored: Scored, data: Data, release: Release) -> Scored:
    """Scores lowered after an excursion, each by what came before it in its file."""
    scores = np.zeros(len(scored.scores))
    for number in range(len(data.series)):
        own = data.of_file(number)
        scores[own] = released(scored.scores[own], release)
    return Scored(scores, scored.seen)


def bound(data: Data, seed: int) -> Scored:
    """The labels, but for windows of the file with a spike that hold neither of its two: random."""
    windows = data.windows
    known = windows.anomalous.copy()
    for number, each in enumerate(data.series):
        if each.name == SPIKE and each.labels is not None:
            own, rows = data.of_file(number), np.flatnonzero(each.labels)
            first, last = windows.first[own], windows.last[own]
            known[own[(first >= rows[0] + SPIKE_ROWS) & (last <= rows[-1] - SPIKE_ROWS)]] = False
    return untouched(known + 0.5 * random_scores(len(windows), seed))


def majority(data: Data, share: float) -> Scored:
    """The same from the windows of a file most alike, wherever they lie; any may be one of them."""
    regimes = [
        of_majority(data.values(data.of_file(number)), share) for number in range(len(data.series))
    ]
    return Scored(_by_file(data, regimes), np.ones(len(data.windows), bool))


def majority_of_the_rest(data: Data, share: float) -> Scored:
    """The same, each block of windows by those of its file that share no row with it."""
    windows, scores = data.windows, np.zeros(len(data.windows))
    for number in range(len(data.series)):
        own = data.of_file(number)
        for start in range(0, len(own), BLOCK):
            block = own[start : start + BLOCK]
            before = windows.last[own] < windows.first[block[0]]
            after = windows.first[own] > windows.last[block[-1]]
            regime = of_majority(data.values(own[before | after]), share)
            scores[block] = regime.scores(data.values(block))
    return untouched(scores)


def gated(data: Data, gate: Gate) -> Scored:
    """The same from the windows before it that were accepted as normal."""
    windows, scores = data.windows, np.zeros(len(data.windows))
    seen = np.zeros(len(windows), bool)
    for number in range(len(data.series)):
        own = data.of_file(number)
        normal = GatedNormal(gate)
        scores[own] = [normal.score(each) for each in data.values(own)]
        seen[own] = windows.first[own] <= windows.last[own[: gate.trusted]].max()
    return Scored(scores, seen)


def placebo_clock(data: Data, rows: int) -> Scored:
    """Nothing but the two temperatures, calibrated as `start_up`."""
    scores = np.zeros(len(data.windows))
    for number, each in enumerate(data.clocks):
        regime = of_samples(each.values[:rows])
        scores[data.of_file(number)] = regime.scores(_cut(data, number, each.values))
    return Scored(scores, data.windows.first < rows)


def placebo_walk(data: Data, rows: int, seed: int) -> Scored:
    """A random walk in each sensor's place, calibrated as `start_up`."""
    random = np.random.default_rng(seed)
    scores = np.zeros(len(data.windows))
    for number, each in enumerate(data.series):
        walk = np.cumsum(random.standard_normal(each.values.shape), axis=0)
        scores[data.of_file(number)] = of_samples(walk[:rows]).scores(_cut(data, number, walk))
    return Scored(scores, data.windows.first < rows)


def baselines(data: Data, rows: int, seed: int) -> dict[str, Callable[[], Scored]]:
    """What looks at no sensor, or at none that says anything; the clock is an oracle."""
    windows = data.windows

    def clock() -> Scored:
        centre = clock_centre(windows.first, windows.anomalous)
        return untouched(clock_scores(windows.first, centre))

    return {
        "random": lambda: untouched(random_scores(len(windows), seed)),
        "constant": lambda: untouched(constant_scores(len(windows))),
        "clock (its centre is an oracle)": clock,
        f"placebo: the two temperatures, first {rows} rows": lambda: placebo_clock(data, rows),
        f"placebo: random walks, first {rows} rows": lambda: placebo_walk(data, rows, seed),
    }


def start_up_scores(data: Data, rows: int) -> Doubles:
    """Scores of all files' start-ups, each quarter by the regime of the others; no label counts."""
    length = data.windows.values.shape[2]
    return np.concatenate([held_out(each.values[:rows], length, STRIDE) for each in data.series])


def _by_file(data: Data, regimes: Sequence[Regime]) -> Doubles:
    scores = np.zeros(len(data.windows))
    for number, regime in enumerate(regimes):
        own = data.of_file(number)
        scores[own] = regime.scores(data.values(own))
    return scores


def _cut(data: Data, number: int, values: Doubles) -> Floats:
    """Windows of a file's rows where its own are, of other columns."""
    first = data.windows.first[data.of_file(number)]
    rows = first[:, None] + np.arange(data.windows.values.shape[2])
    found: Floats = values[rows].transpose(0, 2, 1).astype(np.float32)
    return found
