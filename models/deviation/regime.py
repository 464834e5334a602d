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


@dataclass(frozen=True)
class Regime:
    """Level and spread of every channel in the normal windows.

    Attributes:
        centre: float32 [channels], mean of the samples.
        spread: float32 [channels], their deviation, above 0.
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
        windows: float32 [count, channels, length].

    Raises:
        TrainingError: without windows.
    """
    if not len(windows):
        raise TrainingError("no normal window to calibrate on")
    samples = windows.astype(np.float64)
    return _regime(samples.mean(axis=(0, 2)), samples.std(axis=(0, 2)))


def of_samples(samples: Doubles) -> Regime:
    """The regime of samples that are known to be normal, float64 [count, channels].

    Windows that overlap count a sample as often as they hold it; this counts it once.

    Raises:
        TrainingError: without samples.
    """
    if not len(samples):
        raise TrainingError("no normal sample to calibrate on")
    return _regime(samples.mean(axis=0), samples.std(axis=0))


def of_majority(windows: Floats, share: float = 0.5) -> Regime:
    """The regime of the `share` of windows that are most alike, wherever they lie.

    From the median on, those windows are kept that deviate least, and the regime is estimated anew
    on them, until they stay the same. Its spread is that of samples within their own windows, since
    the means of windows that were chosen for being alike say too little.

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
        spread = _above_zero(means[kept].std(axis=0), centre)
    return _regime(centre, np.sqrt(windows[kept].var(axis=2, dtype=np.float64).mean(axis=0)))


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


def _regime(centre: Doubles, spread: Doubles) -> Regime:
    return Regime(centre.astype(np.float32), _above_zero(spread, centre).astype(np.float32))


def _above_zero(spread: Doubles, centre: Doubles) -> Doubles:
    found: Doubles = np.maximum(spread, STILL * (1.0 + np.abs(centre)))
    return found
