"""Rules over events without a cluster: what is found, whatever form the events have."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.testing.rules import CARD_TESTING, FRAUD, charge
from tidegate import Pattern, Rule
from tidegate.errors import RuleError, RuleTestError, TidegateError
from tidegate.stack.jars import ROOT
from tidegate.testing import run_rules


def test_a_match_has_the_events_as_they_were_given_by_stage() -> None:
    result = run_rules(CARD_TESTING, FRAUD)
    (match,) = result.matches
    assert match.rule == "card_testing"
    assert match.key == "c1"
    assert match.stages == {"small": [FRAUD[0]], "big": [FRAUD[2]]}
    assert match.measures == {"total": 1501.0}
    assert match.summary == "card c1: 1500.00"
    assert match.start == datetime(2024, 5, 1, 10, 0, 12, tzinfo=UTC)
    assert match.end - match.start == timedelta(seconds=28)


def test_files_and_frames_hold_the_same_events_as_dicts(tmp_path: Path) -> None:
    expected = run_rules(CARD_TESTING, FRAUD).matches
    with (tmp_path / "e.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, FRAUD[0])
        writer.writeheader()
        writer.writerows(FRAUD)
    (tmp_path / "e.jsonl").write_text("\n".join(json.dumps(event) for event in FRAUD))
    frame = pd.DataFrame(FRAUD)
    frame.to_parquet(tmp_path / "e.parquet")
    timed = frame.assign(ts=pd.to_datetime(frame["ts"]))
    for source in (tmp_path / "e.csv", str(tmp_path / "e.jsonl"), tmp_path / "e.parquet", frame):
        assert run_rules(CARD_TESTING, source).matches == expected
    (match,) = run_rules(CARD_TESTING, timed).matches
    assert match.id == expected[0].id


def test_events_are_handled_by_event_time_whatever_the_order_of_arrival() -> None:
    assert run_rules(CARD_TESTING, FRAUD[::-1]).matches == run_rules(CARD_TESTING, FRAUD).matches


def test_an_event_behind_the_bound_is_late_and_not_seen() -> None:
    result = run_rules(CARD_TESTING, [FRAUD[2], FRAUD[0]], out_of_orderness="10s")
    assert not result.matches
    (late,) = result.late
    assert late.event == FRAUD[0]
    assert late.number == 2
    assert late.behind == timedelta(seconds=28)


@pytest.mark.parametrize("scale", [1, 1_000, 1_000_000, 1_000_000_000])
def test_times_may_be_numbers_of_any_unit(scale: int) -> None:
    events = [
        {**event, "ts": int(datetime.fromisoformat(f"{event['ts']}Z").timestamp()) * scale}
        for event in FRAUD
    ]
    (match,) = run_rules(CARD_TESTING, events).matches
    assert match.start == datetime(2024, 5, 1, 10, 0, 12, tzinfo=UTC)
    assert match.stages["big"][0]["ts"] == events[2]["ts"]


def test_time_passes_to_the_end_unless_it_is_told_not_to() -> None:
    closed = run_rules(CARD_TESTING, FRAUD[:1])
    (timeout,) = closed.timeouts
    assert timeout.stages == {"small": [FRAUD[0]]}
    assert timeout.timed_out_at == datetime(2024, 5, 1, 10, 1, 12, tzinfo=UTC)
    assert closed.still_open == {"card_testing": 0}
    held = run_rules(CARD_TESTING, FRAUD[:1], close=False)
    assert not held.timeouts
    assert held.still_open == {"card_testing": 1}


def test_an_absence_at_the_end_is_found_when_time_passes() -> None:
    pattern = Pattern.begin("start").where("amount == 1").not_followed_by("stop")
    rule = Rule(
        id="silent",
        pattern=pattern.where("amount > 1").within("1m"),
        on="charges",
        key="card",
    )
    assert len(run_rules(rule, [charge(0, 1.0)]).matches) == 1
    assert not run_rules(rule, [charge(0, 1.0)], close=False).matches
    assert not run_rules(rule, [charge(0, 1.0), charge(59, 2.0)]).matches


TWO_STREAMS = Rule(
    id="hot_then_low",
    pattern=Pattern.begin("hot", on="temperatures")
    .where("value > 100")
    .followed_by("low", on="pressures")
    .where("value < 1"),
    on=("temperatures", "pressures"),
    key="boiler",
)


def boiler(at: int, value: float, **more: Any) -> dict[str, Any]:
    return {"time": 1_700_000_000 + at, "boiler": 7, "value": value, **more}


def test_a_column_or_a_mapping_tells_streams_apart() -> None:
    one = [boiler(0, 120.0, stream="temperatures"), boiler(1, 0.5, stream="pressures")]
    assert len(run_rules(TWO_STREAMS, one).matches) == 1
    several = {"temperatures": [boiler(0, 120.0)], "pressures": [boiler(1, 0.5)]}
    (match,) = run_rules(TWO_STREAMS, several).matches
    assert match.key == "7"
    kinds = [{("kind" if k == "stream" else k): v for k, v in event.items()} for event in one]
    assert len(run_rules(TWO_STREAMS, kinds, stream_column="kind").matches) == 1


def test_a_pipeline_says_types_key_lateness_and_what_is_no_event(tmp_path: Path) -> None:
    row = {
        "transaction_id": "t1",
        "ts": "2024-05-01T10:00:00Z",
        "card_number": "4",
        "customer_id": "u1",
        "amount": 2.0,
        "merchant_id": "m1",
        "merchant_category": "food",
        "location": "Rome",
        "is_online": False,
    }
    schema = json.loads((ROOT / "schemas" / "transaction.avsc").read_text())
    row = {field["name"]: row.get(field["name"]) for field in schema["fields"]}
    later = {**row, "transaction_id": "t2", "ts": "2024-05-01T10:00:30Z", "amount": 1500.0}
    late = {**row, "transaction_id": "t3", "ts": "2024-05-01T10:00:20Z"}
    broken = {**row, "transaction_id": "t4", "amount": "much"}
    result = run_rules(
        ROOT / "rules" / "fraud.yaml",
        [row, later, late, broken],
        pipeline=ROOT / "pipelines" / "fraud.yaml",
    )
    assert [match.rule for match in result.matches] == ["card_testing"]
    assert [each.event for each in result.late] == [late]
    (dead,) = result.dead_letters
    assert (dead.number, dead.reason) == (4, "wrong_type")
    assert result.events == 4


MISTAKES: list[tuple[Any, dict[str, Any], str]] = [
    ([{"card": "c", "amount": 1.0}], {}, "which field is the event time"),
    ([charge(0, 1.0)], {"time": "tss"}, "time tss: no such field; did you mean 'ts'?"),
    ([{"ts": 1, "amount": 1.0}], {}, "key card: no such field"),
    ([charge(0, 1.0), {**charge(1, 1.0), "amount": "x"}], {}, "several types: double, string"),
    ([], {}, "no events of stream charges"),
    ([charge(0, 1.0)], {"types": {"amount": "decimal"}}, "expected boolean, long, double"),
    ([charge(0, 1.0)], {"out_of_orderness": "5 s"}, "is not a duration"),
    ([charge(0, 1.0)], {"pipeline": "pipelines/fraud.yaml", "time": "ts"}, "the pipeline says"),
    ({"tolls": []}, {}, "stream tolls is read by no rule"),
    ([1], {}, "event 1 is a int, not a dict"),
    (7, {}, "expected a path, a list of dicts, a DataFrame"),
]


@pytest.mark.parametrize(("events", "options", "message"), MISTAKES)
def test_a_mistake_is_one_clear_line(events: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(TidegateError) as raised:
        run_rules(CARD_TESTING, events, **options)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_streams_that_nothing_tells_apart_are_asked_for() -> None:
    with pytest.raises(RuleTestError, match="which stream is an event of"):
        run_rules(TWO_STREAMS, [boiler(0, 1.0)])
    with pytest.raises(RuleTestError, match="none of stream pressures"):
        run_rules(TWO_STREAMS, {"temperatures": [boiler(0, 1.0)]})


def test_a_rule_without_a_key_takes_the_one_given() -> None:
    rule = Rule(id="any", pattern=Pattern.begin("one"), on="charges")
    with pytest.raises(TidegateError, match="states no key"):
        run_rules(rule, [charge(0, 1.0)])
    (match,) = run_rules(rule, [charge(0, 1.0)], key=["card", "country"]).matches
    assert match.key == "c1|DE"


def test_a_rule_that_does_not_fit_the_events_says_so() -> None:
    rule = Rule(id="typo", pattern=Pattern.begin("a").where("amont > 1"), on="x", key="card")
    with pytest.raises(TidegateError, match="did you mean 'amount'"):
        run_rules(rule, [charge(0, 1.0)])


def test_a_field_without_a_value_may_be_missing() -> None:
    rule = Rule(id="n", pattern=Pattern.begin("a").where("note is None"), on="x", key="card")
    events = [{**charge(0, 1.0), "note": "hi"}, charge(1, 1.0)]
    (match,) = run_rules(rule, events).matches
    assert match.stages == {"a": [events[1]]}


def test_matches_that_a_cool_down_holds_back_are_counted() -> None:
    pattern = Pattern.begin("one").where("amount > 0")
    rule = Rule(id="often", pattern=pattern, on="charges", key="card", cool_down="10s")
    result = run_rules(rule, [charge(at, 1.0) for at in (0, 5, 9, 10)])
    assert [match.end.second for match in result.matches] == [0, 10]
    assert result.cooled_down == {"often": 2}
    assert "cooled     often: 2 matches not reported so soon after another" in result.text()


def test_an_assertion_that_fails_shows_what_was_found() -> None:
    result = run_rules(CARD_TESTING, FRAUD)
    result.assert_matches(1)
    result.assert_matches(rule="card_testing")
    with pytest.raises(AssertionError, match=r"(?s)expected 0 matches, found 1.*card c1: 1500.00"):
        result.assert_no_matches()
    with pytest.raises(KeyError, match="no rule 'nosuch' ran"):
        result.of("nosuch")


def test_rules_of_one_id_are_refused() -> None:
    with pytest.raises(TidegateError, match="the id occurs twice"):
        run_rules([CARD_TESTING, CARD_TESTING], FRAUD)
    assert issubclass(RuleError, TidegateError)


PIPELINE = """
pipeline: quotes
kafka: {bootstrap: none}
streams:
  quotes:
    topic: quotes
    schema: SCHEMA
    format: json
    event_time: time
    key: symbol
    derive:
      usual: {value: "avg(volume)", by: symbol, over: 3}
rules: [none.yaml]
"""


def test_events_carry_the_fields_that_the_pipeline_derives(tmp_path: Path) -> None:
    fields = [{"name": "symbol", "type": "string"}, {"name": "volume", "type": "double"}]
    time = {"name": "time", "type": {"type": "long", "logicalType": "timestamp-millis"}}
    schema = {"type": "record", "name": "Quote", "fields": [time, *fields]}
    (tmp_path / "quote.avsc").write_text(json.dumps(schema))
    pipeline = tmp_path / "quotes.yaml"
    pipeline.write_text(PIPELINE.replace("SCHEMA", str(tmp_path / "quote.avsc")))
    rule = Rule(id="burst", pattern=Pattern.begin("burst").where("volume > 3 * usual"), on="quotes")
    quotes = [{"time": n, "symbol": "S", "volume": v} for n, v in enumerate([10.0, 20.0, 30.0])]
    big = {"time": 9, "symbol": "S", "volume": 70.0}
    result = run_rules(rule, [*quotes, big], pipeline=pipeline)
    (match,) = result.matches
    assert match.stages == {"burst": [{**big, "usual": 20.0}]}
    (miss,) = run_rules(rule, [*quotes, {**big, "volume": 50.0}], pipeline=pipeline).near_misses
    assert miss.conditions == (
        "volume > 3.0 * usual: volume was 50.0, 3.0 * usual was 60.0, usual was 20.0",
    )

    idle = tmp_path / "idle.yaml"
    idle.write_text(pipeline.read_text() + "keys: {idle: 7ms}\n")
    assert not run_rules(rule, [*quotes, big], pipeline=idle).matches
    assert run_rules(rule, [*quotes, {**big, "time": 8}], pipeline=idle).matches
