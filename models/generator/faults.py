"""What goes wrong with the robot, and when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from models.generator.channels import JOINTS


class Kind(IntEnum):
    """Kinds of trouble; the number is the point label of a session."""

    NONE = 0
    COLLISION = 1  # the arm hits something: current spike, then a protective stop
    FRICTION = 2  # a joint grows stiff and warm
    GRIP_LOST = 3  # the part falls out of the gripper on its way
    DRIFT = 4  # a temperature sensor wanders off while its joint does nothing unusual
    OVERLOAD_STOP = 5  # a heavy part trips the controller's limit; nothing is broken


FAULTS = (Kind.COLLISION, Kind.FRICTION, Kind.GRIP_LOST, Kind.DRIFT)

# How long a gradual fault lasts, s.
GRADUAL = (120, 240)
_REST = 60


@dataclass(frozen=True)
class Fault:
    """One planted fault.

    Attributes:
        kind: what happens.
        joint: where, 0 to 5.
        start: second of the session at which it may begin; an abrupt one waits for its move.
        length: seconds that a gradual one lasts; 0 for an abrupt one.
        strength: 1 is ordinary.
    """

    kind: Kind
    joint: int
    start: int
    length: int
    strength: float


def plan_faults(seconds: int, mean_gap: float, random: np.random.Generator) -> tuple[Fault, ...]:
    """Faults and overload stops at random times, one after the other, never two at once.

    Args:
        seconds: length of the session.
        mean_gap: mean quiet time between two of them, s.
        random: source of chance.
    """
    faults = []
    at = _REST + random.exponential(mean_gap)
    while at < seconds - _REST:
        kind = Kind(random.choice([*FAULTS, Kind.COLLISION, Kind.OVERLOAD_STOP, 5]))
        gradual = kind in (Kind.FRICTION, Kind.DRIFT)
        length = int(random.integers(*GRADUAL)) if gradual else 0
        faults.append(
            Fault(kind, _joint(kind, random), int(at), length, float(random.uniform(0.75, 1.5)))
        )
        at += length + _REST + random.exponential(mean_gap)
    return tuple(faults)


def _joint(kind: Kind, random: np.random.Generator) -> int:
    if kind is Kind.COLLISION:  # What an arm hits is felt by the joints that carry it.
        return int(random.integers(0, 3))
    # The wrist's first joint has the smallest gear: half of the gradual faults are there.
    return 4 if random.random() < 0.5 else int(random.integers(0, JOINTS))
