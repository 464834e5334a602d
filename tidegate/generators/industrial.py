"""Sensor readings with planted overheating, for `rules/industrial.yaml`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tidegate.errors import OptionError
from tidegate.generators.dataset import Dataset, Options, Recorder

RULE = "overheating_then_pressure_drop"
FURNACE = "furnace-1"
"""The sensor with a limit of its own in the rule."""
EVERY_S = 10.0
READINGS = 40
# Temperatures (°C) and shares of the usual pressure, reading by reading.
HOT = ((83.0, 1.0), (86.5, 1.0), (90.0, 1.0), (88.0, 0.98), (85.0, 0.7))
NEAR = {
    "the third is no hotter": ((83.0, 1.0), (86.5, 1.0), (86.5, 1.0), (85.0, 0.7)),
    "a cool reading between": ((83.0, 1.0), (86.5, 1.0), (70.0, 1.0), (90.0, 1.0), (85.0, 0.7)),
    "not above the limit": ((77.0, 1.0), (78.5, 1.0), (79.5, 1.0), (78.0, 0.7)),
    "the pressure falls too little": ((83.0, 1.0), (86.5, 1.0), (90.0, 1.0), (85.0, 0.9)),
    "the pressure falls a minute later": (
        *((83.0, 1.0), (86.5, 1.0), (90.0, 1.0), (79.0, 1.0), (78.0, 1.0), (77.0, 1.0)),
        *((76.0, 1.0), (75.0, 0.7)),
    ),
}


def generate(options: Options) -> Dataset:
    """Readings of sensors in step, temperatures over the day as autoregressive noise on a wave.

    Raises:
        OptionError: when there are too few readings of a sensor, or too far apart for the rule.
    """
    needed = (1 + len(NEAR)) * options.cases + 1
    sensors = options.count(50, needed, "industrial", "sensors")
    length = options.events // sensors
    if options.entities is None and length < READINGS:
        sensors = max(needed, options.events // READINGS)
        length = options.events // sensors
    if length < READINGS:
        raise OptionError(
            f"industrial: {options.events} events are {length} readings of each of {sensors} "
            f"sensors, expected {READINGS} or more; take {sensors * READINGS} events"
        )
    every_s = sensors / options.rate if options.rate else EVERY_S
    if not 0.5 <= every_s <= 12:
        raise OptionError(
            f"industrial: {options.rate:g} events a second of {sensors} sensors are a reading in "
            f"{every_s:.3g} s, expected one in 0.5 to 12 s: the rule looks at a minute"
        )
    return _Plant(options, sensors, length, every_s).dataset()


class _Plant:
    def __init__(self, options: Options, sensors: int, length: int, every_s: float) -> None:
        self.options = options
        self.rng = np.random.default_rng(options.seed)
        self.length, self.every_ms = length, every_s * 1000
        self.names = [FURNACE, *(f"sensor-{i:04d}" for i in range(1, sensors))]
        self.times = self._times(sensors)
        self.temperatures = self._temperatures(sensors)
        self.pressures = 5.0 + np.clip(self.rng.normal(0, 0.06, self.temperatures.shape), -0.2, 0.2)
        # What a case has overwritten, by sensor: no further case there.
        self.free = self.rng.permutation(np.arange(1, sensors)).tolist()
        self.out = Recorder({"sensor_readings": ("sensor_id", "ts")})

    def _times(self, sensors: int) -> NDArray[np.int64]:
        """[sensors, readings], ms: in step, each with an offset and a jitter of its own."""
        steps = np.arange(self.length) * self.every_ms
        offsets = self.rng.uniform(0, self.every_ms, (sensors, 1))
        jitter = self.rng.uniform(0, 0.02 * self.every_ms, (sensors, self.length))
        return (self.options.start_ms + steps + offsets + jitter).astype(np.int64)

    def _temperatures(self, sensors: int) -> NDArray[np.float64]:
        """[sensors, readings], °C: below 75, of the furnace below 110."""
        noise = np.zeros((sensors, self.length))
        for step in range(1, self.length):
            noise[:, step] = 0.9 * noise[:, step - 1] + self.rng.normal(0, 0.8, sensors)
        day = 3 * np.sin((self.times / 3_600_000 - 9) * np.pi / 12)
        found = 62 + self.rng.uniform(-4, 4, (sensors, 1)) + day + np.clip(noise, -5, 5)
        found[0] += 38
        rounded: NDArray[np.float64] = np.round(found, 2)
        return rounded

    def dataset(self) -> Dataset:
        cases = []
        for _ in range(self.options.cases):
            cases.append((self.script(self.free.pop(), HOT), ""))
            cases += [(self.script(self.free.pop(), steps), note) for note, steps in NEAR.items()]
        hotter = tuple((celsius + 17, share) for celsius, share in HOT)
        third = self.length // 3
        cases.append((self.script(0, hotter, third), "below the sensor's own limit"))
        hottest = tuple((celsius + 36, share) for celsius, share in HOT)
        cases.append((self.script(0, hottest, 2 * third), ""))
        identities = self.record()
        for (sensor, first, count), note in cases:
            events = [identities[sensor][first + i] for i in range(count)]
            if note:
                self.out.near_miss(RULE, self.names[sensor], note, *events)
            else:
                self.out.plant(RULE, self.names[sensor], *events[:3], events[4])
        return self.out.dataset()

    def script(
        self, sensor: int, steps: tuple[tuple[float, float], ...], first: int | None = None
    ) -> tuple[int, int, int]:
        """Overwrite readings of a sensor; returns sensor, first reading, number of readings."""
        if first is None:
            first = int(self.rng.integers(5, self.length - len(steps) - 10))
        for i, (celsius, share) in enumerate(steps):
            self.temperatures[sensor, first + i] = celsius
            self.pressures[sensor, first + i] = 5.0 * share
        return sensor, first, len(steps)

    def record(self) -> list[list[str]]:
        """Every reading; the identities by sensor."""
        return [
            [
                self.out.add(
                    "sensor_readings",
                    ts,
                    sensor_id=name,
                    temperature=float(celsius),
                    pressure=round(float(bar), 3),
                    location=f"hall {sensor % 4}",
                )
                for ts, celsius, bar in zip(
                    self.times[sensor],
                    self.temperatures[sensor],
                    self.pressures[sensor],
                    strict=True,
                )
            ]
            for sensor, name in enumerate(self.names)
        ]
