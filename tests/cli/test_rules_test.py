"""`tidegate rules test` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.command import tidegate
from tests.testing.rules import FRAUD, charge

RULE = """
rule: card_testing
on: charges
key: card
pattern:
  - small: {where: "amount <= 5"}
  - followed_by: big
    where: "amount >= 1000"
within: 1m
summary: "card {key}: {big.last.amount:.2f}"
"""


def files(folder: Path) -> tuple[str, str]:
    rules, events = folder / "rules.yaml", folder / "events.jsonl"
    rules.write_text(RULE)
    more = [charge(0, 1.0, "c2"), charge(9, 940.0, "c2")]
    events.write_text("\n".join(json.dumps(event) for event in [*FRAUD, *more]))
    return str(rules), str(events)


def test_matches_timeouts_and_near_misses_are_printed_and_counted(tmp_path: Path) -> None:
    done = tidegate("rules", "test", *files(tmp_path))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "match      card_testing  c1  2024-05-01 10:00:12 to 2024-05-01 10:00:40"
    assert lines[1].strip() == "card c1: 1500.00"
    assert any(line.startswith("timeout    card_testing  c2") for line in lines)
    assert "           - big, closest: amount >= 1000.0: was 940.0" not in lines
    assert "           - big: amount >= 1000.0: was 940.0" in lines
    assert lines[-1] == "5 events: 1 match, 1 timeout, 0 late, 0 dead letters"


def test_expectations_decide_the_exit_code(tmp_path: Path) -> None:
    both = files(tmp_path)
    assert tidegate("rules", "test", *both, "--expect-matches", "1").returncode == 0
    done = tidegate("rules", "test", *both, "--expect", "card_testing=2")
    assert done.returncode == 1
    assert done.stderr == "expected 2 matches of card_testing, found 1\n"


def test_json_holds_everything(tmp_path: Path) -> None:
    done = tidegate("rules", "test", *files(tmp_path), "--json")
    document = json.loads(done.stdout)
    assert document["matches"][0]["events"][1] == {"stage": "big", **FRAUD[2]}
    assert document["near_misses"][0]["conditions"] == ["amount >= 1000.0: was 940.0"]


def test_mistakes_are_one_line_and_exit_code_two(tmp_path: Path) -> None:
    rules, events = files(tmp_path)
    for arguments, message in (
        ([rules], "give EVENTS or --stream"),
        ([rules, "nosuch.csv"], "nosuch.csv: no such file"),
        ([rules, events, "--expect", "other=1"], "--expect other: no such rule"),
        ([rules, events, "--time", "when"], "time when: no such field"),
    ):
        done = tidegate("rules", "test", *arguments)
        assert done.returncode == 2
        assert done.stderr.startswith("error: ")
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
