"""That no event was lost or handled twice while rules were pushed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from connectors.alerts import read_alert
from connectors.flink import FlinkRest
from connectors.kafka import messages

MARKED_EVERY = 500
"""Of the generator's `marked` transactions, the first and then every so many-th is marked."""

WAITING_S = 1.5
"""At most so much event time waits at the end for a watermark that nothing brings any more."""

KEPT = 0.99
"""A slower producer, or a slower job, would be another benchmark."""


def check_rate(rate: int, produced: float, handled: Sequence[float]) -> None:
    """The producer kept the rate, and so did the job before each push.

    Raises:
        RuntimeError: one of them was slower, so there is no figure for that rate.
    """
    slowest = min(produced, *handled)
    if slowest < KEPT * rate:
        raise RuntimeError(
            f"{produced:,.0f} events/s were produced and at least {min(handled):,.0f} handled, "
            f"not {rate:,}: this machine is too slow or too busy for that; set a lower --rate"
        )


def check_counts(rest: FlinkRest, job: str, count: int, rate: int) -> None:
    """Waits until all events are read; each must be accepted, and have reached the patterns once.

    Raises:
        RuntimeError: with the counters, when they do not add up.
        ClusterError: when the job does not come to the end of the events.
    """
    names = ("tidegate_in", "tidegate_accepted", "late_idle", "pending", "duplicates")
    gauges: dict[str, float] = {}

    def read() -> bool:
        gauges.clear()
        gauges.update(rest.gauges(job, names))
        # Copies under the second key wait too.
        return gauges.get("tidegate_in", 0) >= count and gauges["pending"] < 2 * WAITING_S * rate

    rest.wait_until(f"the last of {count} events", read, 120)
    once = {"tidegate_in": count, "tidegate_accepted": count, "late_idle": 0, "duplicates": 0}
    if any(gauges[name] != value for name, value in once.items()):
        raise RuntimeError(f"{count} events were sent, and the job counts {gauges}")


def check_alerts(
    bootstrap: str, topic: str, stamps: Mapping[str, int], count: int, rate: int
) -> None:
    """Every marked event was found once, by each rule for which it is not before its stamp.

    The rule that was there from the start has none.

    Raises:
        RuntimeError: with the first ones that are missing or too many.
    """
    found: dict[str, Counter[int]] = {name: Counter() for name in ("marked", *stamps)}
    times: dict[int, int] = {}
    for message in messages(bootstrap, [topic]):
        alert = read_alert(message.value)
        if alert["rule_id"] in found:
            number = int(alert["events"][-1]["identity"].removeprefix("t"))
            found[alert["rule_id"]][number] += 1
            times[number] = round(alert["end_time"].timestamp() * 1000)
    last = max(found["marked"], default=-1)
    if last < count - WAITING_S * rate - MARKED_EVERY:
        raise RuntimeError(f"the last marked event that was found is {last} of {count}")
    compare(found, times, stamps)


def compare(
    found: Mapping[str, Counter[int]], times: Mapping[int, int], stamps: Mapping[str, int]
) -> None:
    """What each rule found, by the events' numbers, is what it should have.

    Args:
        found: by rule, how often it found each event.
        times: of the events, epoch ms.
        stamps: by pushed rule, from when it holds, epoch ms.

    Raises:
        RuntimeError: with the first ones that are missing or too many.
    """
    marked = range(0, max(found["marked"]) + 1, MARKED_EVERY)
    for name, numbers in found.items():
        stamp = stamps.get(name, 0)
        expected = Counter(one for one in marked if one not in times or times[one] >= stamp)
        missing, more = expected - numbers, numbers - expected
        if missing or more:
            raise RuntimeError(
                f"rule {name}: {missing.total()} marked events missing, {sorted(missing)[:5]}; "
                f"{more.total()} too many, {sorted(more)[:5]}"
            )
