"""`flink run -py jobs/detect.py` on a real broker and cluster: mistakes, preflight, delivery."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import fastavro
import pytest
from kafka import KafkaProducer

import schemas
from connectors.alerts import read_alert
from connectors.flink import FlinkRest
from connectors.iceberg import open_catalog
from connectors.kafka import messages, topics
from tests.cluster import Submitter
from tidegate.stack.options import StackOptions

FRAUD = "pipelines/fraud.yaml"
NAMED = (
    "streams.transactions.topic={0}-in",
    "alerts.topic={0}-alerts",
    "dead_letters.topic={0}-dead",
    "late_events.topic={0}-late",
)


def settings(name: str, *more: str) -> list[str]:
    """Arguments that give the fraud pipeline topics of its own."""
    return [word for one in (*NAMED, *more) for word in ("--set", one.format(name))]


def environment(stack: StackOptions, lake: Path) -> dict[str, str]:
    return {"TIDEGATE_KAFKA": stack.bootstrap, "TIDEGATE_LAKE": str(lake)}


def refused(submit: Submitter, arguments: list[str], env: dict[str, str]) -> str:
    """What a submission that has to fail prints, after the job ids of probes."""
    done = submit.run("-d", "-py", "jobs/detect.py", "--", *arguments, env=env)
    output = done.stdout + done.stderr
    assert done.returncode == 2, output
    assert "Traceback" not in output
    assert "\tat " not in output
    return "\n".join(
        line
        for line in output.splitlines()
        if line and not line.startswith("Job has been submitted") and "WARN" not in line
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: --pipeline"),
        (["--pipeline", FRAUD, "--paralelism", "2"], "unrecognized arguments: --paralelism 2"),
        (["--pipeline", FRAUD, "--parallelism", "0"], "expected a whole number above zero"),
        (["--pipeline", "no/such.yaml"], "error: no/such.yaml: no such file"),
        (["--pipeline", FRAUD, "--set", "alerts"], "--set alerts: expected key=value"),
        (["--pipeline", FRAUD, "--set", "alerts.topik=x"], "topik"),
    ],
)
def test_a_mistake_is_one_line_without_a_traceback(
    stack: StackOptions,
    submit: Submitter,
    tmp_path: Path,
    arguments: list[str],
    message: str,
) -> None:
    output = refused(submit, arguments, environment(stack, tmp_path))
    assert message in output
    assert len(output.splitlines()) == 1, output


def test_no_broker_is_one_line(stack: StackOptions, submit: Submitter, tmp_path: Path) -> None:
    env = {**environment(stack, tmp_path), "TIDEGATE_KAFKA": "localhost:1"}
    output = refused(submit, ["--pipeline", FRAUD, "--parallelism", "1"], env)
    assert "broker localhost:1 cannot be asked: " in output
    assert len(output.splitlines()) == 2, output


def test_preflight_lists_everything_and_starts_nothing(
    stack: StackOptions, submit: Submitter, flink_rest: FlinkRest, tmp_path: Path
) -> None:
    (tmp_path / "catalog.db").write_text("not a database " * 100)
    arguments = ["--pipeline", FRAUD, *settings("listed"), "--parallelism", "50"]
    output = refused(submit, arguments, environment(stack, tmp_path))
    for finding in (
        *(f"topic listed-{name} does not exist" for name in ("in", "alerts", "dead", "late")),
        "file is not a database",
        "free slots, parallelism 50 needs as many",
    ):
        assert finding in output
    assert not [name for name in topics(stack.bootstrap) if name.startswith("listed-")]
    assert "tidegate fraud" not in flink_rest.running_jobs().values()


def test_preflight_sees_the_model_as_the_task_managers_do(
    stack: StackOptions, submit: Submitter, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "model"
    elsewhere.mkdir()
    (elsewhere / "model.onnx").write_bytes(b"another")
    done = submit.run(
        *("-d", "-py", "tests/jobs/probe_job.py", "--", "pipelines/cobot.yaml", str(elsewhere)),
        env=environment(stack, tmp_path),
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    (found,) = re.findall(r"FINDINGS (.*)", output)
    (line,) = json.loads(found)
    assert f"model {elsewhere}/model.onnx: sha256 is " in line


@pytest.mark.parametrize("delivery", ["at_least_once", "exactly_once"])
def test_an_attached_bounded_run_ends_with_its_job_id_and_everything_written(
    stack: StackOptions,
    submit: Submitter,
    topic: Callable[..., str],
    tmp_path: Path,
    delivery: str,
) -> None:
    source = topic("in")
    name = source.removesuffix("-in")
    send(stack.bootstrap, source)
    done = submit.run(
        *("-py", "jobs/detect.py", "--", "--pipeline", FRAUD, "--create-topics", "--close"),
        *settings(name, "streams.transactions.bounded=true", f"alerts.delivery={delivery}"),
        env=environment(stack, tmp_path),
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    assert re.fullmatch(r"[0-9a-f]{32}", done.stdout.splitlines()[-1]), output

    alerts = [read_alert(m.value) for m in messages(stack.bootstrap, [f"{name}-alerts"])]
    assert sorted(alert["rule_id"] for alert in alerts) == ["card_testing"]
    assert alerts[0]["summary"] == "card c1: 1.00, then 1500.00"
    assert counts(tmp_path) == {"matches": 1, "alerts": 1, "dead_letters": 1, "late_events": 1}
    (dead,) = messages(stack.bootstrap, [f"{name}-dead"])
    assert dead.value == b"\x00broken"
    (late,) = messages(stack.bootstrap, [f"{name}-late"])
    assert json.loads(late.value)["transaction_id"] == "t3"


def send(bootstrap: str, topic: str) -> None:
    """One match of card_testing, one broken record, one late event."""
    schema = fastavro.parse_schema(schemas.load("transaction.avsc"))
    with closing(KafkaProducer(bootstrap_servers=bootstrap)) as producer:
        for number, (amount, seconds) in enumerate([(1.0, 0), (1500.0, 10), (7.0, 120), (5.0, 0)]):
            buffer = io.BytesIO()
            event = {
                "transaction_id": f"t{number}",
                "card_number": "c1",
                "customer_id": "u",
                "amount": amount,
                "location": "L",
                "merchant_category": None,
                "ts": 1_700_000_000_000 + seconds * 1000,
            }
            fastavro.schemaless_writer(buffer, schema, event)
            producer.send(topic, buffer.getvalue(), partition=0)
        producer.send(topic, b"\x00broken", partition=0)
        producer.flush()


def counts(lake: Path) -> dict[str, int]:
    """Rows of the fraud pipeline's tables."""
    properties = {
        "catalog-impl": "org.apache.iceberg.jdbc.JdbcCatalog",
        "uri": f"jdbc:sqlite:{lake}/catalog.db",
        "warehouse": f"file://{lake}/warehouse",
    }
    with closing(open_catalog("lake", properties)) as catalog:
        return {
            name: catalog.load_table(f"fraud.{name}").scan().to_arrow().num_rows
            for name in ("matches", "alerts", "dead_letters", "late_events")
        }
