"""`tidegate generate` as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.command import tidegate


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_events_and_what_is_planted_are_written(tmp_path: Path) -> None:
    events, planted = tmp_path / "new" / "events.jsonl", tmp_path / "planted.jsonl"
    done = tidegate(
        *("generate", "security", "--events", "3000", "--output", str(events)),
        *("--planted", str(planted), "--shuffle", "5s"),
    )
    assert done.returncode == 0, done.stderr
    written = lines(events)
    assert done.stdout.splitlines()[0] == f"events written: {len(written)} to {events}"
    assert {line["stream"] for line in written} == {"logins", "flows"}
    times = [line["ts"] for line in written]
    assert times != sorted(times)
    cases = lines(planted)
    assert {case["rule"] for case in cases if case["matches"]} == {
        "failed_logins_then_success",
        "scan_login_transfer",
    }
    assert all(case["why_not"] for case in cases if not case["matches"])


def test_one_stream_is_written_as_its_topic_takes_it(tmp_path: Path) -> None:
    events = tmp_path / "logins.jsonl"
    done = tidegate("generate", "security", "--stream", "logins", "--output", str(events))
    assert done.returncode == 0, done.stderr
    assert {tuple(line) for line in lines(events)} == {
        ("user", "host", "source_ip", "succeeded", "ts", "login_id")
    }


def test_mistakes_are_said_in_one_line(tmp_path: Path) -> None:
    output = str(tmp_path / "events.jsonl")
    for arguments, said in (
        (("frau",), "error: pack 'frau': there is none; did you mean 'fraud'?"),
        (("fraud", "--stream", "ticks"), "error: --stream ticks: pack fraud has transactions"),
        (("fraud", "--entities", "1"), "error: fraud: found 1 cards, expected 39 or more"),
    ):
        done = tidegate("generate", *arguments, "--output", output)
        assert done.returncode == 2
        assert done.stderr.startswith(said)
        assert "Traceback" not in done.stderr
    done = tidegate("generate", "fraud", "--output", "Makefile/events.jsonl")
    assert done.returncode == 2
    assert done.stderr.startswith("error: Makefile/events.jsonl: cannot be written: ")
