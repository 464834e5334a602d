"""TaskManagers that are killed in the middle of a long run change no alert.

`TIDEGATE_SOAK_EVENTS` sets the number of transactions, 600,000 if nothing is said.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.cluster import Submitter, kill_task_manager
from tests.end_to_end.job import PIPELINES, DetectJob
from tests.end_to_end.reference import DAY_MS, Transaction
from tidegate.stack.options import StackOptions

EVENTS = int(os.environ.get("TIDEGATE_SOAK_EVENTS", "600000"))
START_MS = 1_700_000_000_000
KILLS = 2
LIMIT_S = 1_800.0

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3 * LIMIT_S)]


def transactions(count: int) -> list[Transaction]:
    """Transactions of 500 customers, about one an hour each, and one far ahead of all."""
    rng = random.Random(11)
    ts, made = START_MS, []
    for number in range(count):
        ts += rng.randrange(14_400)
        amount = round(rng.lognormvariate(3.5, 1.2), 2)
        made.append(Transaction(number, ts, rng.randrange(500), rng.randrange(1_000), amount))
    return [*made, Transaction(10**9, ts + 3 * DAY_MS, -1, 0, 0.0)]


def job(stack: StackOptions, submit: Submitter, name: str, lake: Path) -> DetectJob:
    schema = PIPELINES / "handbook_transaction.avsc"
    topic = f"{name}-transactions"
    return DetectJob(stack, submit, name, PIPELINES / "handbook.yaml", lake, topic, schema)


def produce(run: DetectJob, log: Sequence[Transaction]) -> None:
    assert run.produce((0, run.encode(asdict(event))) for event in log) == len(log)


def wait_for(run: DetectJob, read: int) -> None:
    """Waits until so many events are read; the job may be restarting on the way."""
    run.rest.wait_until(
        f"{run.name}: {read} events read", lambda: run.gauge("tidegate_in") >= read, LIMIT_S
    )


def test_killed_task_managers_change_no_alert(
    stack: StackOptions, submit: Submitter, tmp_path: Path
) -> None:
    log = transactions(EVENTS)
    whole = job(stack, submit, "soak_whole", tmp_path / "whole")
    produce(whole, log)
    whole.start()
    wait_for(whole, len(log))
    whole.wait_until_handled(read=len(log), pending=1)
    whole.stop()

    killed = job(stack, submit, "soak_killed", tmp_path / "killed")
    part = len(log) // (KILLS + 1)
    produce(killed, log[:part])
    killed.start()
    wait_for(killed, part)
    for number in range(1, KILLS + 1):
        end = len(log) if number == KILLS else (number + 1) * part
        produce(killed, log[number * part : end])
        # In the middle of a part: some of it read, none of it in a checkpoint for certain.
        wait_for(killed, number * part + 1)
        kill_task_manager(stack)
        wait_for(killed, end)
    killed.rest.wait_until("all tasks", lambda: killed.rest.all_tasks_running(killed.id), LIMIT_S)
    killed.wait_until_handled(read=len(log), pending=1)
    killed.stop()

    ids = {alert["alert_id"] for alert in whole.alerts()}
    again = [alert["alert_id"] for alert in killed.alerts()]
    print(f"{len(log)} events, {len(ids)} alerts, {len(again) - len(set(again))} of them twice")
    assert len(ids) > 100
    assert set(again) == ids
    # The topic is at least once; the tables are exactly once.
    for table in ("matches", "alerts"):
        column = "match_id" if table == "matches" else "alert_id"
        expected = sorted(whole.table(table)[column])
        assert sorted(killed.table(table)[column]) == expected
