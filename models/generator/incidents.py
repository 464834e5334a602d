"""What an abrupt fault does to the cycle in which it strikes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.generator.channels import JOINTS
from models.generator.faults import Fault, Kind
from models.generator.motion import GRIPPED, RELEASED, Cycle, Doubles

# An arm that stands in a protective stop waits this long for its operator, s.
_STOP = (8, 22)
_KICK = 4.2  # A, of an ordinary collision
_OVERLOAD = (3.0, 4.0)  # kg


@dataclass(frozen=True)
class Played:
    """A cycle as it went.

    Attributes:
        cycle: its motion, stops included.
        part: mass of its part, kg.
        kick: float64 [6, seconds], current that a collision adds, A.
        stopped: bool [seconds].
        grip_lost: bool [seconds].
        kinds: int64 [seconds], `Kind` of each second.
    """

    cycle: Cycle
    part: float
    kick: Doubles
    stopped: npt.NDArray[np.bool_]
    grip_lost: npt.NDArray[np.bool_]
    kinds: npt.NDArray[np.int64]


def play(cycle: Cycle, fault: Fault | None, part: float, random: np.random.Generator) -> Played:
    """A cycle with at most one abrupt fault in it."""
    if fault is not None and fault.kind is Kind.COLLISION:
        return _collision(cycle, fault, part, random)
    if fault is not None and fault.kind is Kind.OVERLOAD_STOP:
        return _overload(cycle, random)
    seconds = len(cycle.phase)
    lost = np.zeros(seconds, dtype=bool)
    if fault is not None:
        drop = random.uniform(GRIPPED + 0.06, RELEASED - 0.15)
        lost = (cycle.phase >= drop) & (cycle.phase < RELEASED + 0.05)
        cycle = Cycle(cycle.phase, cycle.speed, cycle.acceleration, cycle.holds & ~lost)
    return Played(
        cycle,
        part,
        np.zeros((JOINTS, seconds)),
        np.zeros(seconds, dtype=bool),
        lost,
        np.where(lost, Kind.GRIP_LOST, Kind.NONE).astype(np.int64),
    )


def _collision(cycle: Cycle, fault: Fault, part: float, random: np.random.Generator) -> Played:
    # It hits while it moves: at one of the faster seconds of the joint.
    pace = np.abs(cycle.speed[fault.joint])
    at = int(random.choice(np.flatnonzero(pace >= np.quantile(pace, 0.7))))
    delay = int(random.integers(1, 5))  # s from the spike to the stop
    rest = int(random.integers(*_STOP))
    held = _hold(cycle, at + 1, delay + rest)
    held.speed[:, at] *= 0.15
    kick = np.zeros((JOINTS, len(held.phase)))
    push = _KICK * fault.strength * np.sign(held.speed[fault.joint, at] or 1.0)
    # The controller presses on until it stops; then the arm leans on what it hit.
    fading = np.concatenate([[1.0], 0.55 ** np.arange(1, delay + 1), np.full(rest, 0.05)])
    for joint in range(JOINTS):
        share = 1.0 if joint == fault.joint else random.uniform(-0.35, 0.35)
        kick[joint, at : at + len(fading)] = push * share * fading
    stopped, kinds = _marks(len(held.phase), at, delay, rest, Kind.COLLISION)
    return Played(held, part, kick, stopped, np.zeros_like(stopped), kinds)


def _overload(cycle: Cycle, random: np.random.Generator) -> Played:
    # The part is lifted, is too heavy, and the controller gives up within seconds.
    at = int(np.flatnonzero(cycle.holds)[0]) + 1
    delay = int(random.integers(1, 5))
    rest = int(random.integers(*_STOP))
    held = _hold(cycle, at + delay, rest)
    stopped, kinds = _marks(len(held.phase), at, delay, rest, Kind.OVERLOAD_STOP)
    kick = np.zeros((JOINTS, len(held.phase)))
    return Played(held, random.uniform(*_OVERLOAD), kick, stopped, np.zeros_like(stopped), kinds)


def _hold(cycle: Cycle, at: int, seconds: int) -> Cycle:
    """The cycle with the arm standing still for some seconds before second `at`."""
    still = np.zeros((JOINTS, seconds))
    return Cycle(
        np.insert(cycle.phase, at, np.full(seconds, cycle.phase[at - 1])),
        np.concatenate([cycle.speed[:, :at], still, cycle.speed[:, at:]], axis=1),
        np.concatenate([cycle.acceleration[:, :at], still, cycle.acceleration[:, at:]], axis=1),
        np.insert(cycle.holds, at, np.full(seconds, cycle.holds[at - 1])),
    )


def _marks(
    seconds: int, at: int, delay: int, rest: int, kind: Kind
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    stopped = np.zeros(seconds, dtype=bool)
    stopped[at + delay : at + delay + rest] = True
    kinds = np.zeros(seconds, dtype=np.int64)
    # Who sees only the standing arm cannot tell why it stands: what follows is not labelled.
    kinds[at : at + delay + 2] = kind
    return stopped, kinds
