"""The shipped fraud pipeline, with its own limits, finds the planted cases and nothing else."""

from __future__ import annotations

import zlib
from pathlib import Path

from tests.cluster import Submitter
from tests.end_to_end.job import DetectJob
from tidegate.generators import Case, Options, find_pack
from tidegate.stack.jars import ROOT
from tidegate.stack.options import StackOptions

DAY_MS = 86_400_000


def test_the_planted_cases_of_each_rule_are_found_and_near_misses_are_not(
    stack: StackOptions, submit: Submitter, tmp_path: Path
) -> None:
    data = find_pack("fraud").generate(Options(events=8_000, seed=5, cases=20))
    run = DetectJob(
        stack,
        submit,
        "fraud",
        ROOT / "pipelines" / "fraud.yaml",
        tmp_path / "lake",
        "fraud-transactions",
        ROOT / "schemas" / "transaction.avsc",
        partitions=2,
    )
    # A card keeps to its partition; both partitions get an end.
    rows = [row.values for row in data.shuffled(4_000, seed=5).rows]
    end = {**rows[-1], "card_number": "end", "ts": data.rows[-1].ts + 2 * DAY_MS}
    placed = [(zlib.crc32(row["card_number"].encode()) % 2, row) for row in rows]
    placed += [(p, end | {"transaction_id": f"end{p}"}) for p in range(2)]
    sent = run.produce((partition, run.encode(row)) for partition, row in placed)
    run.start(parallelism=2, preflight=True)
    run.wait_until_handled(read=sent, pending=2)
    run.stop()

    matches = run.table("matches")
    found = {
        Case(rule, key, tuple(event["identity"] for event in events))
        for rule, key, events in zip(
            matches["rule_id"], matches["key"], matches["events"], strict=True
        )
    }
    print(f"{sent} transactions, {len(data.planted)} planted cases, {len(found)} found")
    assert found == data.planted
    assert len(matches) == len(found)
    assert {alert["match_id"] for alert in run.alerts()} == set(matches["match_id"])
