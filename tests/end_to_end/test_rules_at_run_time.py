"""Rules that come, change and go while the main job runs, on the real broker and cluster."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer

from connectors.rules_log import RulesTopics
from tests.cluster import Submitter
from tests.end_to_end.job import PIPELINES, DetectJob
from tidegate.rules_log import Status
from tidegate.stack.jars import ROOT
from tidegate.stack.options import StackOptions

PIPELINE = PIPELINES / "changing.yaml"
PUSHED = PIPELINES / "changing.pushed.rules.yaml"
START = 1_700_000_000_000


class Feed:
    """Sends numbered transactions, 5 ms of event time apart, and keeps what it has sent."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self.sent: list[dict[str, Any]] = []
        self._topic = topic
        self._producer = KafkaProducer(bootstrap_servers=bootstrap, linger_ms=5)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def send(self, count: int) -> None:
        """So many more transactions, acknowledged on return."""
        for _ in range(count):
            number = len(self.sent)
            event = {
                "id": number,
                "card": f"c{number % 7}",
                "merchant": f"m{number % 5}",
                "amount": float(number * 37 % 200),
                "ts": START + 5 * number,
            }
            self._producer.send(self._topic, json.dumps(event).encode(), b"k", partition=0)
            self.sent.append(event)
        self._producer.flush(timeout=30)

    def __enter__(self) -> Feed:
        def run() -> None:
            while not self._stopped.is_set():
                self.send(10)
                self._stopped.wait(0.05)

        self._stopped.clear()
        self._thread = threading.Thread(target=run)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        assert self._thread is not None
        self._thread.join()

    def close(self) -> None:
        self._producer.close(timeout=10)


def command(job: DetectJob, *arguments: str, code: int = 0) -> str:
    """What `tidegate rules ARGUMENTS` prints."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "tidegate"), "rules", *arguments],
        cwd=ROOT,
        env={**os.environ, **job.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    output = done.stdout + done.stderr
    assert done.returncode == code, output
    assert "Traceback" not in output
    return output


def found(job: DetectJob, rule: str) -> list[int]:
    """Identities of the last events of a rule's alerts."""
    return sorted(
        int(alert["events"][-1]["identity"]) for alert in job.alerts() if alert["rule_id"] == rule
    )


def wait_for(what: str, condition: Callable[[], bool], limit_s: float = 120) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(1)


def stamp_of(topics: RulesTopics, rule: str, state: str) -> int:
    stamps = [s.stamp for s in topics.statuses() if s.rule == rule and s.state == state]
    assert stamps
    assert stamps[-1] is not None
    return stamps[-1]


def rejected(topics: RulesTopics) -> list[Status]:
    return [status for status in topics.statuses() if status.state == "rejected"]


@pytest.fixture
def job(stack: StackOptions, submit: Submitter, topic: Callable[..., str], tmp_path: Path) -> Any:
    name = topic("in").removesuffix("-in")
    return DetectJob(stack, submit, name, PIPELINE, tmp_path, f"{name}-in", None)


def test_rules_come_stay_and_go_while_events_flow(job: DetectJob, stack: StackOptions) -> None:
    topics = RulesTopics(stack.bootstrap, f"{job.name}-rules", f"{job.name}-rule-status")
    pipeline = ("--pipeline", str(PIPELINE))
    job.start(parallelism=2)
    with closing(Feed(stack.bootstrap, job.topic)) as feed:
        with feed:
            wait_for("a first alert", lambda: bool(found(job, "first_rule")))
            printed = command(job, "push", str(PUSHED), *pipeline, "--wait", "30s")
            time.sleep(1)
        assert re.search(r"appended\n.*accepted\n.*stamped from .*Z\n.*active from .*Z\n", printed)

        # From the stamp on exactly, under a key that nothing was routed by before.
        stamp = stamp_of(topics, "at_merchant", "active")
        assert START < stamp < feed.sent[-1]["ts"]

        def expected(limit: float, since: int, until: int) -> list[int]:
            return [e["id"] for e in feed.sent if since <= e["ts"] < until and e["amount"] >= limit]

        first = expected(100, stamp, feed.sent[-1]["ts"])
        assert first
        wait_for("alerts of the pushed rule", lambda: found(job, "at_merchant") == first)

        # What is wrong is said, and nothing else happens.
        bad = json.loads(json.dumps(topics.changes()[0])) | {"request": "bad", "version": 4}
        bad["definition"] |= {"version": 4, "fingerprint": "4"}
        bad["fingerprint"] = "4"
        bad["definition"]["pattern"]["stages"][0]["streams"] = ["elsewhere"]
        topics.append([bad, {"rule": "nonsense"}])
        wait_for("two rejections", lambda: len(rejected(topics)) == 2)
        reasons = " | ".join(sorted(str(status.reason) for status in rejected(topics)))
        assert "there is no stream 'elsewhere'" in reasons
        assert "expected a JSON object of format 1" in reasons
        wrong = PUSHED.read_text().replace("amount >=", "amount - 1 >=")
        other = Path(job.environment["TIDEGATE_LAKE"]) / "other.rules.yaml"
        other.write_text(wrong)
        refused = command(job, "push", str(other), *pipeline, code=2)
        assert "version 3: this version was pushed with another structure" in refused
        past = command(job, "remove", "at_merchant", *pipeline, "--at", str(START), code=2)
        assert "its time 2023-11-14T22:13:20Z has passed" in past
        assert job.rest.state(job.id) == "RUNNING"

        # A restart without the file that it came from, in another parallelism.
        savepoint = job.stop()
        job.environment["TIDEGATE_TEST_RULES"] = "changing.unrelated.rules.yaml"
        job.start(parallelism=1, savepoint=savepoint)
        with feed:
            time.sleep(1)
            command(job, "set", "at_merchant", "limit=150", *pipeline, "--wait", "30s")
            time.sleep(1)
        raised = stamp_of(topics, "at_merchant", "active")
        assert raised > stamp
        both = expected(100, stamp, raised) + expected(150, raised, feed.sent[-1]["ts"])
        wait_for("alerts of both limits", lambda: found(job, "at_merchant") == both)
        assert not found(job, "unrelated")

        with feed:
            removal = command(job, "remove", "at_merchant", *pipeline, "--wait", "30s")
            time.sleep(1)
        assert "removed from" in removal
        end = stamp_of(topics, "at_merchant", "removed")
        known = expected(100, stamp, raised) + expected(150, raised, end)
        wait_for("no more alerts", lambda: found(job, "at_merchant") == known)

    assert "at_merchant  v3  removed" in command(job, "list", *pipeline)
    assert "changes: 6" in command(job, "status", "at_merchant", *pipeline)
    history = command(job, "history", "at_merchant", *pipeline)
    assert [line.split()[1] for line in history.splitlines()[:-1]] == [
        *("push", "push", "push", "remove", "set", "remove")
    ]


def test_a_push_without_a_job_says_so(job: DetectJob) -> None:
    pipeline = ("--pipeline", str(PIPELINE))
    assert "does not exist" in command(job, "push", str(PUSHED), *pipeline, code=2)
