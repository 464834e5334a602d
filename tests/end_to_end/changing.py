"""What the tests of rules at run time share: a feed of transactions, commands, what was found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kafka import KafkaProducer

from connectors.rules_log import RulesTopics
from tests.end_to_end.job import PIPELINES, DetectJob
from tidegate.rules_log import Status
from tidegate.stack.jars import ROOT

PIPELINE = PIPELINES / "changing.yaml"
START = 1_700_000_000_000
"""Event time of the first transaction, epoch ms."""


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

    def ids(self, limit: float, since: int = START, until: int | None = None) -> list[int]:
        """Transactions of at least an amount, of those that a job without lateness has handled."""
        end = self.sent[-1]["ts"] if until is None else until
        return [e["id"] for e in self.sent if since <= e["ts"] < end and e["amount"] >= limit]

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


def first_rule(sent: Sequence[dict[str, Any]]) -> list[tuple[int, int]]:
    """What the rule of the pipeline's file finds: less than 5, then at least 150, within a minute.

    Of the last transaction it is not known whether more of its time come.
    """
    opened: dict[str, list[dict[str, Any]]] = {}
    found = []
    for event in sent[:-1]:
        waiting = opened.setdefault(event["card"], [])
        if event["amount"] >= 150:
            found += [(e["id"], event["id"]) for e in waiting if event["ts"] - e["ts"] < 60_000]
            waiting.clear()
        elif event["amount"] < 5:
            waiting.append(event)
    return sorted(found)


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


def settled(
    actual: Callable[[], list[Any]], expected: Sequence[Any], limit_s: float = 60
) -> list[Any]:
    """What is found once it is what is expected, or after the limit."""
    deadline = time.monotonic() + limit_s
    while (last := actual()) != expected and time.monotonic() < deadline:
        time.sleep(1)
    return last


def statuses(topics: RulesTopics, rule: str, state: str) -> list[Status]:
    """What the status topic says of a rule, only one state of it."""
    return [status for status in topics.statuses() if (status.rule, status.state) == (rule, state)]


def stamp_of(topics: RulesTopics, rule: str, state: str) -> int:
    """The stamp of the rule's last change that came to this state."""
    stamps = [status.stamp for status in statuses(topics, rule, state)]
    assert stamps
    assert stamps[-1] is not None
    return stamps[-1]
