"""Reading alerts: `tidegate alerts tail` and the subscriber of docs/subscribe.md."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable

from connectors.kafka import Producer
from tests.cli.alerts import alert, encoded
from tests.cli.command import tidegate
from tidegate.stack.jars import ROOT

Topic = Callable[..., str]


def produce(bootstrap: str, topic: str, *values: bytes) -> None:
    producer = Producer(bootstrap)
    for value in values:
        producer.send(topic, value, b"key")
    producer.close()


def test_alerts_are_shown_one_a_line(kafka_bootstrap: str, topic: Topic) -> None:
    name = topic("alerts")
    scored = alert(2, score=0.9312, threshold=0.7, score_status="ok", shadow=True)
    produce(kafka_bootstrap, name, encoded(alert(1)), encoded(scored))
    done = tidegate(
        "alerts", "tail", "--topic", name, "--from-beginning", "--max", "2", kafka=kafka_bootstrap
    )
    assert done.returncode == 0, done.stderr
    lines = [re.split(r" {2,}", line) for line in done.stdout.splitlines()[1:]]
    summary = "card {}: 1 small charge, then 1500.00"
    assert lines == [
        ["2023-11-14 22:13:21.250", "high", "card_testing", "unscored", summary.format(1)],
        [
            "2023-11-14 22:13:22.250",
            "high",
            "card_testing (shadow)",
            "0.931 > 0.700",
            summary.format(2),
        ],
    ]


def test_json_has_every_field_and_what_is_no_alert_is_named(
    kafka_bootstrap: str, topic: Topic
) -> None:
    name = topic("alerts")
    produce(
        kafka_bootstrap,
        name,
        encoded(alert(1)),
        b"\x01\x02",
        encoded(alert(3)) + b"x",
        encoded(alert(4)),
    )
    done = tidegate(
        *("alerts", "tail", "--topic", name, "--from-beginning", "--no-follow", "--json"),
        kafka=kafka_bootstrap,
    )
    assert done.returncode == 0, done.stderr
    shown = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["alert_id"] for one in shown] == [alert(n)["alert_id"] for n in (1, 4)]
    assert shown[0]["measures"] == alert(1)["measures"]
    assert shown[0]["end_time"] == "2023-11-14T22:13:21.250000Z"
    for offset in (1, 2):
        assert f"{name}[0]@{offset}: not an alert" in done.stderr


def test_the_subscriber_of_the_docs_handles_each_alert_once(
    kafka_bootstrap: str, topic: Topic
) -> None:
    page = (ROOT / "docs" / "subscribe.md").read_text()
    [code] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert sum(1 for line in code.splitlines() if line.strip()) <= 22
    name = topic("alerts")
    twice = encoded(alert(1))
    produce(kafka_bootstrap, name, twice, twice, encoded(alert(2)), encoded(alert(3)))
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", code],
        cwd=ROOT,
        env={**os.environ, "TOPIC": name, "TIDEGATE_KAFKA": kafka_bootstrap},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
    finally:
        process.kill()
        process.communicate()
    assert lines == [
        f"2023-11-14T22:13:2{n}.250000+00:00 high card_testing {alert(n)['summary']}\n"
        for n in (1, 2, 3)
    ]
