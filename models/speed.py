"""How fast graphs score on this machine, measured in turns so that a busy machine is so for all."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from models.card import Speed
from models.runtime import Session
from models.windows import Floats

BATCH = 64
TURNS = 5
TURN_SECONDS = 0.1
SINGLES = 60
"""Windows scored alone in a turn; their 99th percentile is of all turns."""


def measure_speed(
    sessions: Mapping[str, Session],
    windows: Floats,
    budget_ms: float | None = None,
    domain: Floats | None = None,
) -> dict[str, Speed]:
    """Windows a second and the time of one window, with one thread.

    Args:
        sessions: loaded graphs that take the same windows.
        windows: float32 [count, channels, length], at least one.
        budget_ms: that one window is to be scored in, for the card.
        domain: float32 [parameters] of the windows, where the graphs take them.
    """
    # As many as are scored together, repeated where there are fewer.
    batch = np.ascontiguousarray(np.resize(windows, (BATCH, *windows.shape[1:])))
    rates: dict[str, list[float]] = {name: [] for name in sessions}
    singles: dict[str, list[float]] = {name: [] for name in sessions}
    for _ in range(TURNS):
        for name, session in sessions.items():
            session.run(batch, domain)
            calls, begun = 0, time.perf_counter()
            while (elapsed := time.perf_counter() - begun) < TURN_SECONDS:
                session.run(batch, domain)
                calls += 1
            rates[name].append(calls * BATCH / elapsed)
            for at in range(SINGLES):
                one = batch[at % BATCH : at % BATCH + 1]
                begun = time.perf_counter()
                session.run(one, domain)
                singles[name].append(1000.0 * (time.perf_counter() - begun))
    return {
        name: Speed(
            windows_per_second=round(statistics.median(rates[name]), 1),
            p50_ms=round(float(np.percentile(singles[name], 50)), 4),
            p99_ms=round(float(np.percentile(singles[name], 99)), 4),
            provider=session.provider,
            machine=processor(),
            budget_ms=budget_ms,
        )
        for name, session in sessions.items()
    }


def processor() -> str:
    """Name of this machine's processor, as far as the system tells it."""
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
