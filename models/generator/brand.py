"""What distinguishes one brand of robot from another in its readings."""

from __future__ import annotations

from dataclasses import dataclass

Six = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Brand:
    """Parameters of a brand; six numbers are one a joint, base first.

    Attributes:
        name: of the brand.
        period: mean cycle time, s.
        holding: current that carries the arm at rest, A; the sign is the direction of torque.
        inertia: current per unit of acceleration, A s^2/rad.
        friction: current per unit of speed, A s/rad.
        payload: additional holding current with a part of 1 kg in the gripper, A.
        gain: scale of the current sensors.
        current_noise: standard deviation of the current readings, A.
        temperature_offset: of the temperature sensors, K.
        ambient: temperature of the hall, degC.
        heating: steady-state rise of a joint that works normally, K.
        time_constant: of a joint's warming, s.
        speed_scale: of the motion.
        speed_noise: standard deviation of the speed readings, rad/s.
        tool_idle: current of the empty tool, A.
        tool_holding: additional current of the tool with a part, A.
    """

    name: str
    period: float
    holding: Six
    inertia: Six
    friction: Six
    payload: Six
    gain: Six
    current_noise: float
    temperature_offset: Six
    ambient: float
    heating: Six
    time_constant: float
    speed_scale: float
    speed_noise: float
    tool_idle: float
    tool_holding: float


SOURCE = Brand(
    name="source",
    period=27.0,
    holding=(-0.05, -1.90, -0.95, -0.62, -0.03, 0.00),
    inertia=(1.10, 1.00, 0.35, 0.40, 0.45, 0.06),
    friction=(0.50, 0.60, 0.22, 0.30, 0.40, 0.07),
    payload=(0.00, -0.45, -0.30, -0.12, 0.02, 0.00),
    gain=(1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
    current_noise=0.06,
    temperature_offset=(0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    ambient=27.0,
    heating=(6.5, 9.0, 9.5, 12.0, 12.5, 12.5),
    time_constant=900.0,
    speed_scale=1.0,
    speed_noise=0.004,
    tool_idle=0.085,
    tool_holding=0.11,
)

TARGET = Brand(
    name="target",
    period=34.0,
    holding=(0.08, -2.20, -1.20, -0.50, 0.05, 0.02),
    inertia=(1.25, 1.15, 0.42, 0.36, 0.50, 0.08),
    friction=(0.62, 0.75, 0.30, 0.26, 0.46, 0.10),
    payload=(0.00, -0.40, -0.34, -0.10, 0.03, 0.00),
    gain=(1.15, 0.90, 1.20, 1.25, 0.85, 1.30),
    current_noise=0.13,
    temperature_offset=(1.0, -0.5, 0.8, -1.0, 0.5, 0.2),
    ambient=29.0,
    heating=(7.5, 10.0, 8.5, 13.0, 11.0, 13.5),
    time_constant=750.0,
    speed_scale=0.82,
    speed_noise=0.010,
    tool_idle=0.120,
    tool_holding=0.16,
)
