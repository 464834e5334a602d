"""What the demo says at its end, read from the lake, the job's counters and a subscriber."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

TOP_ALERTS = 5


@dataclass(frozen=True)
class Counts:
    """Where the events ended up; `read` is their sum.

    Attributes:
        sent: events the replay had acknowledged.
        read: records that the job read.
        processed: events that went to the patterns; `pending` of them still wait for the watermark.
        late: events behind their partition's time, less the bound.
        dead: dead letters.
        pending: events (by key) that wait for the watermark.
    """

    sent: int
    read: int
    processed: int
    late: int
    dead: int
    pending: int

    @classmethod
    def of(cls, sent: int, gauges: Mapping[str, float]) -> Counts:
        """Counts from the job's gauges, see `GAUGES`."""
        late_idle = int(gauges.get("late_idle", 0))
        return cls(
            sent=sent,
            read=int(gauges.get("tidegate_in", 0)),
            processed=int(gauges.get("tidegate_accepted", 0)) - late_idle,
            late=int(gauges.get("tidegate_late", 0)) + late_idle,
            dead=int(gauges.get("tidegate_dead", 0)),
            pending=int(gauges.get("pending", 0)),
        )

    def balanced(self) -> bool:
        """Whether every event that was sent is accounted for exactly once."""
        return self.sent == self.read == self.processed + self.late + self.dead


GAUGES = (
    "tidegate_in",
    "tidegate_accepted",
    "tidegate_late",
    "tidegate_dead",
    "late_idle",
    "pending",
)


def show(
    console: Console,
    title: str,
    counts: Counts,
    tables: Mapping[str, pd.DataFrame],
    alerts: Sequence[Mapping[str, Any]],
    latencies_ms: Sequence[float],
) -> None:
    """Prints the summary."""
    matches, scores = tables["matches"], tables["scores"]
    console.rule(title)
    facts = Table(box=None, show_header=False, padding=(0, 2))
    facts.add_row(
        "events",
        f"{counts.read} in = {counts.processed} processed + {counts.late} late + {counts.dead} dead"
        + ("" if counts.balanced() else f"  [red]but {counts.sent} were sent[/]"),
    )
    if counts.pending:
        facts.add_row("", f"{counts.pending} of the processed still waited for the watermark")
    by_rule = ", ".join(f"{rule} {n}" for rule, n in matches["rule_id"].value_counts().items())
    facts.add_row("matches", f"{len(matches)}" + (f" ({by_rule})" if by_rule else ""))
    facts.add_row("timed-out partial matches", str(len(tables["timeouts"])))
    windows = ", ".join(f"{s} {n}" for s, n in matches["window_status"].value_counts().items())
    facts.add_row("windows", windows or "none")
    judged = int((~scores["alerted"].astype(bool)).sum())
    facts.add_row("scored", f"{len(scores)} windows, {judged} of them judged not worth an alert")
    facts.add_row("alerts", f"{len(alerts)} on the topic, {len(tables['alerts'])} in Iceberg")
    if latencies_ms:
        p50, p99 = np.percentile(latencies_ms, [50, 99])
        facts.add_row("latency", f"p50 {p50:.0f} ms, p99 {p99:.0f} ms from watermark to subscriber")
    console.print(facts)
    if alerts:
        console.print(_top(alerts))


def _top(alerts: Sequence[Mapping[str, Any]]) -> Table:
    """The alerts with the highest scores, and why they were raised."""
    ranked = sorted(alerts, key=lambda alert: -(alert["score"] or 0.0))[:TOP_ALERTS]
    table = Table(title=f"top {len(ranked)} alerts", title_justify="left")
    for name in ("time (UTC)", "rule", "score", "reason"):
        table.add_column(name, overflow="fold")
    for alert in ranked:
        score = alert["score_status"] if alert["score"] is None else f"{alert['score']:.3f}"
        time = alert["end_time"].strftime("%m-%d %H:%M:%S")
        table.add_row(time, alert["rule_id"], score, alert["summary"])
    return table
