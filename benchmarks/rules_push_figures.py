"""What the runs of `benchmarks.rules_push` found, and the figures made of it."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks import report


@dataclass(frozen=True)
class Pushed:
    """One push.

    Attributes:
        acknowledged: when the broker had the record, epoch seconds.
        read: by state, when a subscriber had read it, epoch seconds.
        stamp: event time from which the rule holds, epoch ms.
    """

    acknowledged: float
    read: Mapping[str, float]
    stamp: int

    def ms(self, state: str) -> float:
        """Milliseconds from the acknowledgement to a state."""
        return 1000 * (self.read[state] - self.acknowledged)


@dataclass
class Found:
    """What all runs found: latencies in ms, dips in percent, times in seconds."""

    known: list[float] = field(default_factory=list)
    new: list[float] = field(default_factory=list)
    stamped: list[float] = field(default_factory=list)
    dips: list[float] = field(default_factory=list)
    noise: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    redeployed: list[float] = field(default_factory=list)
    redeploy_dips: list[float] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)


def cases(found: Found, rate: int) -> list[report.Case]:
    """The figures of all runs."""
    peer = "savepoint, stop and flink run"
    redeployed = [1000 * seconds for seconds in found.redeployed]
    name = f"a rule pushed at {rate:,} events/s"
    return [
        report.Case(
            f"{name}, acknowledged to active, key in use",
            "latency",
            "ms",
            found.known,
            peer,
            redeployed,
            "smaller",
            {"slowest": max(found.known), "pushes": len(found.known)},
        ),
        report.Case(
            f"{name}, acknowledged to active, new key",
            "latency",
            "ms",
            found.new,
            peer,
            redeployed,
            "smaller",
            {"slowest": max(found.new), "pushes": len(found.new)},
        ),
        report.Case(
            f"{name}, lowest of ten one-second bins after it",
            "dip",
            "%",
            found.dips,
            peer,
            found.redeploy_dips,
            "smaller",
            {
                "of the ten bins before": statistics.median(found.noise),
                "deepest": max(found.dips),
                "events/s before": statistics.median(found.rates),
                "longest standstill s": max(found.pauses),
                "events lost": 0,
                "handled twice": 0,
            },
        ),
    ]
