"""What the rules of ``rules/cobot.yaml`` must match, computed without the matcher."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

Reading = Mapping[str, float | int | bool | str | None]


def current_spike_then_stop(readings: Sequence[Reading]) -> Iterator[tuple[int, ...]]:
    """A spike of joints 0 to 2, then a protective stop within 10 s; yields event times in ms.

    A match uses up everything up to its last event, so of several spikes the first counts.
    """
    spikes: list[int] = []
    for reading in readings:
        ts = int(reading["ts"] or 0)
        spikes = [start for start in spikes if ts - start < 10_000]
        if reading["protective_stop"] is True:
            if spikes:
                yield spikes[0], ts
            spikes = []
        elif reading["protective_stop"] is False:
            currents = [reading[f"current_{joint}"] for joint in range(3)]
            if None not in currents and max(abs(float(c or 0)) for c in currents) > 3.4:
                spikes.append(ts)


def temperature_rising(readings: Sequence[Reading]) -> Iterator[tuple[int, ...]]:
    """Joint 4 at 36 °C or more, then four new highs within a minute of the first.

    Of overlapping matches the one that starts first counts, so a match waits for every rise that
    began before it to complete or to run out of time.
    """
    risers: list[tuple[list[int], float]] = []
    complete: list[list[int]] = []

    def settle() -> Iterator[tuple[int, ...]]:
        nonlocal risers, complete
        while complete:
            first = min(complete)
            if any(times[0] < first[0] for times, _ in risers):
                return
            yield tuple(first)
            risers = [r for r in risers if r[0][0] > first[-1]]
            complete = [c for c in complete if c[0] > first[-1]]

    for reading in readings:
        ts, value = int(reading["ts"] or 0), reading["temperature_4"]
        risers = [(times, high) for times, high in risers if ts - times[0] < 60_000]
        yield from settle()
        if value is None:
            continue
        temperature = float(value)
        if temperature >= 36.0:
            risers.append(([], temperature - 1))
        risers = [
            ([*times, ts], temperature) if temperature > high else (times, high)
            for times, high in risers
        ]
        complete += [times for times, _ in risers if len(times) == 5]
        risers = [riser for riser in risers if len(riser[0]) < 5]
        yield from settle()


RULES = {
    "current_spike_then_stop": current_spike_then_stop,
    "temperature_rising": temperature_rising,
}


def expected_matches(readings: Sequence[Reading]) -> set[tuple[str, str, tuple[int, ...]]]:
    """All matches as (rule, robot, event times of the matched readings in order)."""
    robots = sorted({str(reading["robot_id"]) for reading in readings})
    return {
        (rule, robot, match)
        for robot in robots
        for rule, matches in RULES.items()
        for match in matches(
            sorted((r for r in readings if r["robot_id"] == robot), key=lambda r: int(r["ts"] or 0))
        )
    }
