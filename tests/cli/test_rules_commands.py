"""`tidegate rules push|set|remove|list|status|history` when something is missing or wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.kafka import Producer, ensure_topic
from tidegate import cli

ROOT = Path(__file__).parents[2]
RULES = "tests/end_to_end/pipelines/changing.pushed.rules.yaml"
COMMANDS = {
    "push": (RULES,),
    "set": ("at_merchant", "limit=5"),
    "remove": ("at_merchant",),
    "list": (),
    "status": (),
    "history": ("at_merchant",),
}
WRITING = ("push", "set", "remove")
CREATE = "start the pipeline's job with --create-topics, or create it with 1 partition"


@dataclass
class Commands:
    """Runs `tidegate rules` over a pipeline of its own, in this process, as `main` does."""

    pipeline: Path
    name: str
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, command: str, *options: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error."""
        arguments = [*COMMANDS[command], "--pipeline", str(self.pipeline), *options]
        self.monkeypatch.setattr(sys, "argv", ["tidegate", "rules", command, *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        printed = self.capsys.readouterr()
        assert "Traceback" not in printed.err
        return int(str(end.value.code or 0)), printed.out, printed.err


@pytest.fixture
def commands(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> Callable[[str], Commands]:
    """Makes the commands for a broker; the pipeline's topics carry the test's name."""
    monkeypatch.chdir(ROOT)

    def make(bootstrap: str) -> Commands:
        name = "".join(c if c.isalnum() else "-" for c in request.node.name)
        text = Path("tests/end_to_end/pipelines/changing.yaml").read_text()
        text = text.replace("${TIDEGATE_KAFKA}", bootstrap).replace("${TIDEGATE_TEST_NAME}", name)
        rules = ROOT / "tests/end_to_end/pipelines/changing.rules.yaml"
        text = text.replace("${TIDEGATE_TEST_RULES:-changing.rules.yaml}", str(rules))
        path = tmp_path / "pipeline.yaml"
        path.write_text(text)
        return Commands(path, name, monkeypatch, capsys)

    return make


@pytest.mark.parametrize("command", COMMANDS)
def test_no_broker_is_said_in_one_line(commands: Callable[[str], Commands], command: str) -> None:
    code, out, err = commands("localhost:1")(command)
    assert (code, out) == (2, "")
    assert err.startswith("error: no Kafka broker answers at localhost:1 (")
    assert "start one with `tidegate stack up` or set TIDEGATE_KAFKA" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_topics_that_do_not_exist_are_named_with_what_to_do(
    commands: Callable[[str], Commands], kafka_bootstrap: str, command: str
) -> None:
    run = commands(kafka_bootstrap)
    code, out, err = run(command)
    assert (code, out) == (2, "")
    missing = f"topic '{run.name}-rule-status' does not exist at {kafka_bootstrap}; {CREATE}"
    assert err == f"error: {missing}\n"


def test_a_log_that_does_not_exist_takes_no_change(
    commands: Callable[[str], Commands], kafka_bootstrap: str
) -> None:
    run = commands(kafka_bootstrap)
    ensure_topic(kafka_bootstrap, f"{run.name}-rule-status", 1)
    code, out, err = run("remove")
    assert (code, out) == (2, "")
    assert err == f"error: topic '{run.name}-rules' does not exist at {kafka_bootstrap}; {CREATE}\n"


@pytest.mark.parametrize("command", WRITING)
def test_no_answer_of_a_job_is_said_after_the_wait(
    commands: Callable[[str], Commands], kafka_bootstrap: str, command: str
) -> None:
    run = commands(kafka_bootstrap)
    for topic in ("rules", "rule-status"):
        ensure_topic(kafka_bootstrap, f"{run.name}-{topic}", 1)
    code, out, err = run(command, "--wait", "300ms")
    assert (code, out) == (2, "at_merchant: appended\n")
    assert err == (
        "error: no word within 300ms: the job of pipeline changing does not run; "
        "the change is in the rules log and will be read when it does\n"
    )
    assert run(command, "--wait", "0s") == (0, "at_merchant: appended\n", "")


def test_what_is_no_record_is_left_out_and_counted(
    commands: Callable[[str], Commands], kafka_bootstrap: str
) -> None:
    run = commands(kafka_bootstrap)
    good = {"request": "q", "rule": "at_merchant", "version": 3, "state": "active"}
    good |= {"stamp": 1_700_000_000_000, "reason": None, "at": 1_700_000_000_500}
    nonsense = [
        *(b"\xff\xfe", b"nonsense", b"[]", b"7", b"[" * 100_000),
        *(json.dumps(good | {"stamp": "soon"}).encode(), json.dumps(good | {"rule": {}}).encode()),
        json.dumps(good).replace("1700000000500", "1e999").encode(),
    ]
    for topic in ("rules", "rule-status"):
        ensure_topic(kafka_bootstrap, f"{run.name}-{topic}", 1)
        producer = Producer(kafka_bootstrap)
        for value in [*nonsense[:5], json.dumps(good).encode(), *nonsense[5:]]:
            producer.send(f"{run.name}-{topic}", value, b"k")
        producer.close()
    note = "note: topic {}: {} records are no {} and were left out\n"
    left_out = note.format(f"{run.name}-rule-status", len(nonsense), "statuses")

    code, out, err = run("list")
    assert (code, err) == (0, left_out)
    assert "at_merchant  v3  active  since 2023-11-14T22:13:20.000Z\n" in out
    assert out.endswith("rules live: 2\n")
    code, out, err = run("status")
    assert (code, err) == (0, left_out)
    assert out.endswith("changes: 1\n")
    code, out, err = run("history")
    assert (code, out) == (0, "changes: 0\n")
    assert err == left_out + note.format(f"{run.name}-rules", len(nonsense) + 1, "changes")
