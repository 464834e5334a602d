"""All rule packs in one job on the real cluster find exactly what is planted for them."""

from __future__ import annotations

from pathlib import Path

from tests.cluster import Submitter
from tests.end_to_end.job import DetectJob
from tidegate import load_pipeline
from tidegate.generators import PACKS, Case, Options, Row
from tidegate.stack.jars import ROOT
from tidegate.stack.options import StackOptions

PIPELINE = ROOT / "pipelines" / "all_packs.yaml"
DAY_MS = 86_400_000
SHUFFLE_MS = 1_000


def last(row: Row, ts: int, identity: str) -> dict[str, object]:
    """A row like the given one that lets time pass everything before it."""
    changed: dict[str, object] = {"ts": ts} if identity == "ts" else {identity: "last", "ts": ts}
    return {**row.values, **changed}


def test_all_packs_in_one_job_find_exactly_the_planted_cases(
    stack: StackOptions, submit: Submitter, tmp_path: Path
) -> None:
    data = {
        name: pack.generate(Options(events=1_200, seed=5, cases=1)) for name, pack in PACKS.items()
    }
    end = max(row.ts for each in data.values() for row in each.rows) + 40 * DAY_MS
    pipeline = load_pipeline(PIPELINE)
    streams = {stream.name: stream for stream in pipeline.streams}
    # Topics of this test. No alignment: weeks of one stream would wait for minutes of another.
    settings = [f"streams.{name}.topic=packs-{name}" for name in streams]
    settings += [f"streams.{name}.alignment=null" for name in streams]
    settings += ["alerts.topic=packs-alerts"]

    sent = 0
    for name, pack in PACKS.items():
        rows = data[name].shuffled(SHUFFLE_MS, seed=5).rows
        for stream, schema in pack.streams.items():
            job = DetectJob(
                *(stack, submit, "packs", PIPELINE, tmp_path / "lake"),
                *(f"packs-{stream}", ROOT / "schemas" / schema),
            )
            own = [row for row in rows if row.stream == stream]
            values = [dict(row.values) for row in own]
            values.append(last(own[-1], end, streams[stream].identity[-1]))
            sent += job.produce((0, job.encode(value)) for value in values)
    job.start(preflight=True, settings=settings)
    # The last event of each stream waits, once for each of its keys.
    keys = {
        (stream, rule.keys.get(stream, ())) for rule in pipeline.rules for stream in rule.streams
    }
    job.wait_until_handled(read=sent, pending=len(keys))
    job.stop()

    alerts = job.alerts()
    found = {
        Case(alert["rule_id"], alert["key"], tuple(event["identity"] for event in alert["events"]))
        for alert in alerts
    }
    planted = frozenset[Case]().union(*(each.planted for each in data.values()))
    print(f"{sent} events, {len(pipeline.rules)} rules, {len(planted)} planted, {len(found)} found")
    assert found == planted
    assert len(alerts) == len(found)
    assert {case.rule for case in found} == {rule.id for rule in pipeline.rules}
