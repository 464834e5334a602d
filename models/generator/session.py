"""A session of one robot: readings once a second, with what was planted in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.generator.brand import Brand
from models.generator.channels import CHANNELS, CURRENT, JOINTS, SPEED, TEMPERATURE, TOOL
from models.generator.faults import Fault, Kind, plan_faults
from models.generator.incidents import Played, play
from models.generator.motion import Doubles, current_of, make_cycle

# Temperature sensors read in sixteenths of a kelvin.
TEMPERATURE_STEP = 1 / 16
# A gradual fault is called one when it has grown to this part of its full size.
_NOTICEABLE = 0.2
_FRICTION_GROWTH = 3.0
_FRICTION_HEAT = 11.0  # K of additional steady-state rise per unit of additional friction
_DRIFT = 5.0  # K at full size
_HEAVY_PARTS = 0.06


@dataclass(frozen=True)
class Session:
    """Readings of one robot.

    Attributes:
        values: float64 [seconds, 19], columns in the order of `CHANNELS`, in their units.
        cycle: int64 [seconds], number of the work cycle from 1.
        protective_stop: bool [seconds], whether the controller has stopped the arm.
        grip_lost: bool [seconds], whether the part has been lost.
        kinds: uint8 [seconds], the `Kind` that shows in each reading.
        faults: what was planned; an abrupt fault too near the end may not occur.
    """

    values: Doubles
    cycle: npt.NDArray[np.int64]
    protective_stop: npt.NDArray[np.bool_]
    grip_lost: npt.NDArray[np.bool_]
    kinds: npt.NDArray[np.uint8]
    faults: tuple[Fault, ...]

    @property
    def labels(self) -> npt.NDArray[np.bool_]:
        """Whether each reading is anomalous, bool [seconds]; an overload stop is not."""
        return ~np.isin(self.kinds, (Kind.NONE, Kind.OVERLOAD_STOP))


def make_session(brand: Brand, seconds: int, seed: int, mean_gap: float = 150.0) -> Session:
    """A session that depends on its arguments alone.

    Args:
        brand: the robot's brand.
        seconds: number of readings, one a second.
        seed: of everything random.
        mean_gap: mean quiet time between two faults, s.

    Example:
        >>> from models.generator import SOURCE, make_session
        >>> make_session(SOURCE, 600, seed=1).values.shape
        (600, 19)
    """
    random = np.random.default_rng(seed)
    faults = plan_faults(seconds, mean_gap, random)
    played = _cycles(brand, seconds, faults, random)
    growth = _growth(faults, Kind.FRICTION, seconds)
    drift = _growth(faults, Kind.DRIFT, seconds)

    values = np.empty((seconds, len(CHANNELS)))
    speed = np.concatenate([p.cycle.speed for p in played], axis=1)[:, :seconds]
    friction = 1.0 + _FRICTION_GROWTH * growth
    at = 0
    current = np.empty((JOINTS, speed.shape[1]))
    for each in played:
        end = min(at + len(each.cycle.phase), seconds)
        cycle = each.cycle.first(end - at)
        current[:, at:end] = current_of(brand, cycle, each.part, friction[:, at:end])
        current[:, at:end] += each.kick[:, : end - at]
        at = end
    values[:, CURRENT] = (current * np.asarray(brand.gain)[:, None]).T
    values[:, CURRENT] += random.normal(0.0, brand.current_noise, (seconds, JOINTS))
    values[:, SPEED] = speed.T + random.normal(0.0, brand.speed_noise, (seconds, JOINTS))

    stopped = np.concatenate([p.stopped for p in played])[:seconds]
    temperature = _temperature(brand, friction, stopped, random)
    temperature += drift * _DRIFT + np.asarray(brand.temperature_offset)[:, None]
    temperature += random.normal(0.0, 0.012, temperature.shape)
    values[:, TEMPERATURE] = np.round(temperature.T / TEMPERATURE_STEP) * TEMPERATURE_STEP

    holds = np.concatenate([p.cycle.holds for p in played])[:seconds]
    values[:, TOOL] = brand.tool_idle + brand.tool_holding * holds
    values[:, TOOL] *= random.normal(1.0, 0.02, seconds)

    kinds = np.concatenate([p.kinds for p in played])[:seconds]
    for kind, size in ((Kind.FRICTION, growth), (Kind.DRIFT, drift)):
        shows = np.abs(size).max(axis=0) >= _NOTICEABLE
        kinds = np.where((kinds == Kind.NONE) & shows, kind, kinds)
    numbers = [np.full(len(p.kinds), number) for number, p in enumerate(played, start=1)]
    return Session(
        values=values,
        cycle=np.concatenate(numbers)[:seconds].astype(np.int64),
        protective_stop=stopped,
        grip_lost=np.concatenate([p.grip_lost for p in played])[:seconds],
        kinds=kinds.astype(np.uint8),
        faults=faults,
    )


def _cycles(
    brand: Brand, seconds: int, faults: tuple[Fault, ...], random: np.random.Generator
) -> list[Played]:
    waiting = [f for f in faults if f.kind not in (Kind.FRICTION, Kind.DRIFT)]
    played = []
    at = 0
    while at < seconds:
        due = waiting.pop(0) if waiting and waiting[0].start <= at else None
        heavy = random.random() < _HEAVY_PARTS
        part = random.uniform(1.6, 2.4) if heavy else random.uniform(0.5, 1.2)
        one = play(make_cycle(brand, random), due, part, random)
        played.append(one)
        at += len(one.kinds)
    return played


def _growth(faults: tuple[Fault, ...], kind: Kind, seconds: int) -> Doubles:
    """float64 [6, seconds]: size of the gradual faults of a kind, 0 where there is none."""
    size = np.zeros((JOINTS, seconds))
    for fault in faults:
        if fault.kind is kind:
            end = min(fault.start + fault.length, seconds)
            ramp = np.arange(end - fault.start) / fault.length
            size[fault.joint, fault.start : end] = fault.strength * ramp
    return size


def _temperature(
    brand: Brand,
    friction: Doubles,
    stopped: npt.NDArray[np.bool_],
    random: np.random.Generator,
) -> Doubles:
    """float64 [6, seconds]: true temperature of the joints, degC; first-order warming."""
    heating = np.asarray(brand.heating)
    temperature = np.empty(friction.shape)
    now = brand.ambient + heating * random.uniform(0.3, 1.0)
    for second in range(friction.shape[1]):
        load = 0.6 if stopped[second] else 1.0
        rise = heating * load + _FRICTION_HEAT * (friction[:, second] - 1.0)
        now = now + (brand.ambient + rise - now) / brand.time_constant
        temperature[:, second] = now
    return temperature
