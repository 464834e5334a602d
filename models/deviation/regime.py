"""What is normal for one machine or session, told from its own windows without labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.errors import TrainingError
from models.windows import Doubles, Floats

# A channel that stands still in the normal windows: its smallest change is then a large one, but
# not an infinite one.
STILL = 1e-6
STEPS = 50
# Levels wander on after a calibration about as far again as within it: twice the deviation that
# blocks of it show counts beside that of single samples.
BLOCKS = 10
WANDER = 2.0


@dataclass(frozen=True)
class Regime:
    """Level and spread of every channel in the normal windows.

    Attributes:
        centre: float32 [channels], mean of the samples.
        spread: float32 [channels], above 0: root of the samples' variance and of `WANDER` squared
            times that of levels, so that a channel that wanders by itself has to go further.
    """

    centre: Floats
    spread: Floats

    def deviations(self, windows: Floats) -> Doubles:
        """How far each channel's mean is from the centre, in spreads, float64 [count, channels].

        Args:
            windows: float32 [count, channels, length].
        """
        means = windows.mean(axis=2, dtype=np.float64)
        found: Doubles = (means - self.centre) / self.spread
        return found

    def scores(self, windows: Floats) -> Doubles:
        """The largest deviation of any channel, float64 [count], at least 0."""
        found: Doubles = np.abs(self.deviations(windows)).max(axis=1)
        return found


def of_normal(windows: Floats) -> Regime:
    """The regime of windows that are known to be normal, such as those after a start-up.

    Args:
        windows: float32 [count, channels, length], in order of time, as levels of ten successive
            parts are compared.

    Raises:
        TrainingError: without windows.
    """
    if not len(windows):
        raise TrainingError("no normal window to calibrate on")
    return of_samples(windows.astype(np.float64).transpose(0, 2, 1).reshape(-1, windows.shape[1]))


def of_samples(samples: Doubles) -> Regime:
    """The regime of samples that are known to be normal, float64 [count, channels], in order.

    Windows that overlap count a sample as often as they hold it; this counts it once. How far a
    level wanders is told from the means of ten successive blocks.

    Raises:
        TrainingError: without samples.
    """
    if not len(samples):
        raise TrainingError("no normal sample to calibrate on")
    blocks = np.array_split(samples, min(BLOCKS, len(samples)))
    levels = np.array([block.mean(axis=0) for block in blocks])
    return _regime(samples.mean(axis=0), spread_of(samples.var(axis=0), levels))


def of_majority(windows: Floats, share: float = 0.5) -> Regime:
    """The regime of the `share` of windows that are most alike, wherever they lie.

    From the median on, those windows are kept that deviate least, and the regime is estimated anew
    on them, until they stay the same. Samples within the windows count in its spread as well as the
    windows' means: means of windows that were chosen for being alike say too little.

    Assumes that more than `share` of the windows are normal, and that they are alike. Fails where a
    machine has several normal regimes: the largest of them is taken.

    Args:
        windows: float32 [count, channels, length].
        share: above 0 and below 1.

    Raises:
        TrainingError: without windows, or for another share.

    Source: the concentration steps of Rousseeuw and Van Driessen, A Fast Algorithm for the Minimum
    Covariance Determinant Estimator, Technometrics 41, 1999, with the largest deviation of a
    channel in place of the Mahalanobis distance.
    """
    if not len(windows) or not 0 < share < 1:
        raise TrainingError(f"majority: a share of {share:g} of {len(windows)} windows")
    means = windows.mean(axis=2, dtype=np.float64)
    within = windows.var(axis=2, dtype=np.float64)
    centre = np.median(means, axis=0)
    spread = _above_zero(np.median(np.abs(means - centre), axis=0), centre)
    count = max(int(np.ceil(share * len(windows))), 1)
    kept = np.arange(0)
    for _ in range(STEPS):
        far = np.abs((means - centre) / spread).max(axis=1)
        chosen = np.sort(np.argsort(far, kind="stable")[:count])
        if np.array_equal(chosen, kept):
            break
        kept = chosen
        centre = means[kept].mean(axis=0)
        samples = within[kept].mean(axis=0) + means[kept].var(axis=0)
        spread = _above_zero(np.sqrt(samples), centre)
    return _regime(centre, spread_of(samples, means[kept]))


def of_busiest(windows: Floats, share: float = 0.4) -> Regime:
    """The regime of the windows that move most: one kind of motion that all domains have.

    Its spread is that of the windows' means, which says how differently that motion is done.

    Args:
        windows: float32 [count, channels, length].
        share: of the windows, by the mean over channels of the logarithm of the variance.

    Raises:
        TrainingError: without windows, or for a share that is none.
    """
    if not len(windows) or not 0 < share <= 1:
        raise TrainingError(f"busiest: a share of {share:g} of {len(windows)} windows")
    motion = np.log(windows.var(axis=2, dtype=np.float64) + 1e-9).mean(axis=1)
    count = max(round(share * len(windows)), 1)
    means = windows[np.argsort(-motion, kind="stable")[:count]].mean(axis=2, dtype=np.float64)
    return _regime(means.mean(axis=0), means.std(axis=0))


def spread_of(samples: Doubles, levels: Doubles) -> Doubles:
    """The spread that deviations are told in, float64 [channels].

    Args:
        samples: float64 [channels], variance of single samples.
        levels: float64 [count, channels], means over stretches of time; of one alone nothing is
            told.
    """
    wander = levels.var(axis=0, ddof=1) if len(levels) > 1 else np.zeros_like(samples)
    found: Doubles = np.sqrt(samples + WANDER**2 * wander)
    return found


def _regime(centre: Doubles, spread: Doubles) -> Regime:
    return Regime(centre.astype(np.float32), _above_zero(spread, centre).astype(np.float32))


def _above_zero(spread: Doubles, centre: Doubles) -> Doubles:
    found: Doubles = np.maximum(spread, STILL * (1.0 + np.abs(centre)))
    return found
