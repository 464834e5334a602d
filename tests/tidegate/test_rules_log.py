"""Records of the rules log agree with their schema; the status topic is read for people."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import schemas
from tidegate.errors import OptionError, RuleError
from tidegate.pipeline import load_pipeline
from tidegate.plan import compile_plan
from tidegate.rules import Rule, load_rules
from tidegate.rules_log import (
    Stamp,
    Status,
    event_time,
    live_rules,
    push_record,
    remove_record,
    set_record,
    time_text,
)

ROOT = Path(__file__).parents[2]
STAMP = Stamp("r1", "somebody", 1_700_000_000_000, event_time=1_800_000_000_000)


def check(record: object) -> None:
    jsonschema.Draft202012Validator(schemas.load("rules_log.schema.json")).validate(record)


def status(state: str, request: str = "r1", version: int = 1, stamp: int | None = None) -> Status:
    document = {
        "request": request,
        "rule": "velocity",
        "version": version,
        "fingerprint": "f",
        "state": state,
        "stamp": stamp,
        "reason": "why" if state in ("rejected", "quarantined") else None,
        "offset": 0,
        "at": 5,
    }
    jsonschema.Draft202012Validator(schemas.load("rule_status.schema.json")).validate(document)
    found = Status.of(json.dumps(document).encode())
    assert found is not None
    return found


def test_a_pushed_rule_is_the_plans_with_its_own_key() -> None:
    pipeline = load_pipeline(ROOT / "pipelines/fraud.yaml")
    streams = {stream.name: stream for stream in pipeline.streams}
    plan = compile_plan(pipeline).document
    for rule, planned in zip(pipeline.rules, plan["rules"], strict=True):
        record = push_record(rule, streams, "text", STAMP)
        check(record)
        assert record["definition"] == planned | {"key": 0}
        assert record["key"] == plan["keys"][planned["key"]]
        assert record["fingerprint"] == planned["fingerprint"]
        assert record["event_time"] == STAMP.event_time


def test_removals_and_parameters_are_records_of_the_schema() -> None:
    check(remove_record("velocity", STAMP))
    check(set_record("velocity", {"limit": 900}, None, STAMP))
    by_key = set_record("velocity", {"limit": None}, "C-17", STAMP)
    check(by_key)
    assert by_key["parameters"] == {"limit": {"by_key": {"C-17": None}}}


def test_the_last_applied_change_says_what_a_rule_is() -> None:
    initial = load_rules(ROOT / "rules/fraud.yaml")
    statuses = [
        status("accepted", version=2),
        status("stamped", version=2, stamp=100),
        status("active", version=2, stamp=100),
        status("rejected", "r2", version=3),
        status("accepted", "r3", version=4),
    ]
    rules = {rule.id: rule for rule in live_rules(statuses, initial)}
    velocity = rules["velocity"]
    assert (velocity.version, velocity.state, velocity.stamp) == (2, "active", 100)
    assert [one.version for one in velocity.waiting.values()] == [4]
    assert rules["card_testing"].state == "active"

    (gone,) = live_rules([*statuses, status("quarantined", "r4", stamp=200)])
    assert (gone.state, gone.reason) == ("quarantined", "why")


@pytest.mark.parametrize(
    "value", [None, b"", b"{", b"[]", b"[" * 100_000, b"\xff", b'{"request": "x"}']
)
def test_what_is_no_status_is_left_out(value: bytes | None) -> None:
    assert Status.of(value) is None


def test_times_are_iso_or_milliseconds() -> None:
    assert event_time("1700000000000") == 1_700_000_000_000
    assert event_time("2023-11-14T22:13:20Z") == 1_700_000_000_000
    assert event_time("2023-11-14T22:13:20") == 1_700_000_000_000
    assert time_text(1_700_000_000_000) == "2023-11-14T22:13:20.000Z"
    with pytest.raises(OptionError, match="--at soon: expected a time such as"):
        event_time("soon")


def test_finishing_needs_a_time_limit() -> None:
    (rule, *_) = load_rules(ROOT / "rules/fraud.yaml")
    with pytest.raises(RuleError, match="on_change: finish needs a within"):
        Rule(
            id="endless",
            pattern=type(rule.definition)(rule.definition.stages),
            on="transactions",
            on_change="finish",
        )
    with pytest.raises(RuleError, match="on_change wait: expected drop or finish"):
        Rule(id="waiting", pattern=rule.definition, on="transactions", on_change="wait")


def test_a_status_that_was_overtaken_says_nothing_new() -> None:
    late = [
        status("stamped", "r9", stamp=300),
        status("accepted", "r9"),
        status("active", "r9", stamp=300),
        status("accepted", "r9"),
    ]
    (rule,) = live_rules(late[:2])
    assert [one.state for one in rule.waiting.values()] == ["stamped"]
    (rule,) = live_rules(late)
    assert (rule.state, rule.waiting) == ("active", {})
