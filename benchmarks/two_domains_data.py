"""The spec's sandbox: two machines with the same seasons, trends and faults, read differently.

Both have six channels with seasons of two periods and a slow trend. The target's sensors have
another amplitude, baseline and noise. Faults are of four kinds, on some of the channels at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from models.windows import Doubles, Series

CHANNELS = tuple(f"sensor_{number}" for number in range(6))
LENGTH, STRIDE = 64, 16
PERIODS = (48.0, 200.0)
MEAN_GAP = 300.0  # Samples of quiet between two faults.


@dataclass(frozen=True)
class Machine:
    """How a machine's sensors read.

    Attributes:
        amplitude: factor of what is measured, by channel.
        baseline: what a channel reads at rest.
        noise: standard deviation of a reading, before the factor.
    """

    amplitude: tuple[float, ...]
    baseline: tuple[float, ...]
    noise: float


SOURCE = Machine((1.0,) * 6, (0.0,) * 6, 0.15)
TARGET = Machine((1.8, 0.5, 1.4, 0.6, 2.0, 0.7), (2.0, -1.5, 1.0, 3.0, -2.0, 1.5), 0.25)


def _spikes(values: Doubles, random: np.random.Generator) -> Doubles:
    """Single readings far out."""
    hit = random.random(values.shape) < 0.15
    sign = random.choice([-1.0, 1.0], values.shape)
    found: Doubles = values + hit * sign * random.uniform(2.5, 4.0)
    return found


def _shift(values: Doubles, random: np.random.Generator) -> Doubles:
    """Another level."""
    found: Doubles = values + float(random.choice([-1.0, 1.0])) * random.uniform(1.5, 2.5)
    return found


def _unrest(values: Doubles, random: np.random.Generator) -> Doubles:
    """More noise."""
    return values + random.normal(0.0, random.uniform(0.8, 1.4), values.shape)


def _stuck(values: Doubles, random: np.random.Generator) -> Doubles:
    """A sensor that stays where it was."""
    return np.repeat(values[:1], len(values), axis=0)


FAULTS: Mapping[str, Callable[[Doubles, np.random.Generator], Doubles]] = {
    "spikes": _spikes,
    "shift": _shift,
    "unrest": _unrest,
    "stuck": _stuck,
}


def record(machine: Machine, samples: int, seed: int) -> Series:
    """A recording of a machine, a second a sample.

    Args:
        machine: whose sensors read it.
        samples: how long.
        seed: of everything random.

    Returns:
        float64 [samples, 6]; labels 1 while a fault shows.
    """
    random = np.random.default_rng(seed)
    time = np.arange(samples)
    values = np.zeros((samples, len(CHANNELS)))
    for period in PERIODS:
        phase = random.uniform(0, 2 * np.pi, len(CHANNELS))
        values += 0.6 * np.sin(2 * np.pi * time[:, None] / period + phase)
    values += 0.3 * random.normal(size=len(CHANNELS)) * time[:, None] / samples
    values += random.normal(0.0, machine.noise, values.shape)
    labels = np.zeros(samples, np.int64)
    kinds = list(FAULTS.values())
    at = int(random.exponential(MEAN_GAP))
    while at < samples:
        stop = min(at + int(random.integers(30, 90)), samples)
        channels = random.choice(len(CHANNELS), int(random.integers(2, 5)), replace=False)
        fault = kinds[int(random.integers(len(kinds)))]
        values[at:stop, channels] = fault(values[at:stop, channels], random)
        labels[at:stop] = 1
        at = stop + int(random.exponential(MEAN_GAP))
    read = values * np.array(machine.amplitude) + np.array(machine.baseline)
    return Series(f"{seed}", time.astype(np.int64) * 1000, read, labels)
