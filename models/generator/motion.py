"""One work cycle of the arm: pick a part, carry it, put it down, come back, wait."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.generator.brand import Brand
from models.generator.channels import JOINTS

Doubles = npt.NDArray[np.float64]

# Moves of a cycle: (centre, width) in parts of the cycle, then the joints' peak speeds in rad/s.
_MOVES = (
    ((0.10, 0.045), (-0.55, 0.22, 1.60, -0.70, 0.10, 0.55)),  # over the part
    ((0.21, 0.030), (0.05, -0.18, -0.80, 0.45, -0.06, -0.20)),  # down
    ((0.33, 0.030), (-0.05, 0.16, 0.85, -0.40, 0.06, 0.10)),  # up with the part
    ((0.47, 0.055), (0.62, -0.12, -1.75, 0.75, -0.12, 0.85)),  # across
    ((0.60, 0.030), (0.04, -0.15, -0.70, 0.50, 0.05, -0.35)),  # down
    ((0.72, 0.030), (-0.04, 0.17, 0.78, -0.55, 0.04, -0.40)),  # up, empty
    ((0.84, 0.045), (-0.07, -0.10, 0.02, -0.05, -0.07, -0.55)),  # home
)
GRIPPED, RELEASED = 0.24, 0.63


@dataclass(frozen=True)
class Cycle:
    """Second-by-second motion of one cycle.

    Attributes:
        phase: float64 [seconds], 0 at the start of the cycle, below 1.
        speed: float64 [6, seconds], rad/s.
        acceleration: float64 [6, seconds], rad/s^2.
        holds: bool [seconds], whether a part is in the gripper.
    """

    phase: Doubles
    speed: Doubles
    acceleration: Doubles
    holds: npt.NDArray[np.bool_]

    def first(self, seconds: int) -> Cycle:
        """The first seconds of it."""
        return Cycle(
            self.phase[:seconds],
            self.speed[:, :seconds],
            self.acceleration[:, :seconds],
            self.holds[:seconds],
        )


def make_cycle(brand: Brand, random: np.random.Generator) -> Cycle:
    """A cycle of the brand, of slightly random length, start and vigour."""
    seconds = max(12, round(brand.period * random.normal(1.0, 0.03)))
    phase = (np.arange(seconds) + random.uniform(0.0, 0.9)) / seconds
    vigour = brand.speed_scale * random.normal(1.0, 0.04)
    speed = np.zeros((JOINTS, seconds))
    acceleration = np.zeros((JOINTS, seconds))
    for (centre, width), peaks in _MOVES:
        at = (phase - centre - random.normal(0.0, 0.006)) / width
        bell = np.exp(-0.5 * at**2) * vigour
        speed += np.outer(peaks, bell)
        acceleration += np.outer(peaks, -at * bell) / (width * seconds)
    return Cycle(phase, speed, acceleration, (phase > GRIPPED) & (phase < RELEASED))


def current_of(brand: Brand, cycle: Cycle, part: float, friction: Doubles) -> Doubles:
    """Motor currents without noise and sensor gain.

    Args:
        brand: the robot's brand.
        cycle: its motion.
        part: mass of the part that is carried, kg.
        friction: float64 [6, seconds], factor on the brand's friction.

    Returns:
        float64 [6, seconds], A.
    """
    carried = np.where(cycle.holds, part, 0.0)
    # With a heavier part the arm needs more to be moved, not only to be held.
    inertia = np.asarray(brand.inertia)[:, None] * (1.0 + 0.25 * carried)
    current: Doubles = (
        np.asarray(brand.holding)[:, None]
        + np.outer(brand.payload, carried)
        + inertia * cycle.acceleration
        + np.asarray(brand.friction)[:, None] * friction * cycle.speed
    )
    return current
