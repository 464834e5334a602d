"""Derived fields: what they may be, who may use them, and one line for every mistake."""

import json
import re

import pytest

from tidegate import Pattern, Rule, compile_plan, load_pipeline
from tidegate.errors import DocumentError, ExpressionError, TidegateError

SCHEMA = {
    "type": "record",
    "name": "trade",
    "fields": [
        {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "symbol", "type": "string"},
        {"name": "venue", "type": "string"},
        {"name": "close", "type": "double"},
        {"name": "volume", "type": "long"},
        {"name": "note", "type": ["null", "string"]},
    ],
}
PIPELINE = """\
pipeline: p
kafka: {{bootstrap: "b:1"}}
streams:
  trades:
    topic: trades
    schema: trade.avsc
    event_time: ts
    key: symbol
    derive: {derive}
  quotes: {{topic: quotes, schema: trade.avsc, event_time: ts, key: [symbol]}}
rules: [rules.yaml]
{more}
"""
RULE = 'rule: r\non: {on}\nkey: {key}\npattern:\n  - a: {{where: "{where}"}}\n'


@pytest.fixture
def plan(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trade.avsc").write_text(json.dumps(SCHEMA), encoding="utf-8")

    def plan(derive, where="volume > 1", on="trades", key="symbol", more=""):
        rule = RULE.format(on=on, key=key, where=where)
        (tmp_path / "rules.yaml").write_text(rule, encoding="utf-8")
        pipeline = PIPELINE.format(derive=derive, more=more)
        (tmp_path / "p.yaml").write_text(pipeline, encoding="utf-8")
        return compile_plan(load_pipeline("p.yaml")).document

    return plan


def test_the_plan_says_what_is_derived(plan):
    found = plan(
        """
      average: {value: "avg(volume)", over: 20}
      spent: {value: "sum(volume)", by: [venue], over: 1d, including_current: true}
      before: {value: "previous(close)"}
      limit: {value: "latest(quotes.note)"}
      trades: {value: "count()", over: 5m}
      last_ts: {value: "max(ts)", over: 3}
""",
        where="volume > 3 * average and trades < 5 and limit is None and ts > last_ts",
    )
    derived = {each["name"]: each for each in found["streams"][0]["derived"]}
    assert derived["average"] == {
        "name": "average",
        "type": "double",
        "function": "avg",
        "stream": "trades",
        "field": "volume",
        "by": {"trades": ["symbol"]},
        "events": 20,
        "range_ms": None,
        "including_current": False,
    }
    assert [derived["spent"][each] for each in ("type", "by", "range_ms", "including_current")] == [
        "long",
        {"trades": ["venue"]},
        86_400_000,
        True,
    ]
    assert [derived["before"][each] for each in ("type", "events")] == ["double", 1]
    assert [derived["limit"][each] for each in ("type", "stream", "field", "by")] == [
        "string",
        "quotes",
        "note",
        {"trades": ["symbol"], "quotes": ["symbol"]},
    ]
    assert [derived["trades"][each] for each in ("type", "field")] == ["long", None]
    assert derived["last_ts"]["type"] == "timestamp"
    # Computed by its key even though no rule has it yet.
    assert {"streams": {"trades": ["venue"]}} in found["keys"]
    assert found["streams"][1]["derived"] == []
    assert [field["name"] for field in found["streams"][0]["fields"]] == [
        field["name"] for field in SCHEMA["fields"]
    ]


@pytest.mark.parametrize(
    ("derive", "message"),
    [
        ('{x: {value: "avg(volum)", over: 2}}', "unknown field 'volum' of stream trades; did you"),
        ('{x: {value: "avg(note)", over: 2}}', "avg works on numbers, found string"),
        ('{x: {value: "mean(volume)", over: 2}}', "unknown function 'mean'; known: avg, count"),
        ('{x: {value: "avg()", over: 2}}', "avg takes one field, found 0"),
        ('{x: {value: "avg(volume * 2)", over: 2}}', "avg takes the name of one field"),
        ('{x: {value: "volume", over: 2}}', "expected a function of a field: avg(volume)"),
        ('{x: {value: "avg(quotes.volume)", over: 2}}', "only latest reads another's"),
        ('{x: {value: "latest(close)"}}', "latest takes STREAM.FIELD"),
        ('{x: {value: "latest(trades.close)"}}', "write previous(close)"),
        ('{x: {value: "latest(quote.close)"}}', "unknown stream 'quote'; did you mean 'quotes'?"),
        (
            '{x: {value: "avg(volume)", over: 2}, y: {value: "avg(x)", over: 2}}',
            "'x' is derived itself; derive from the schema's fields only",
        ),
        ('{x: {value: "avg(volume)"}}', "derive.x: over: missing; say how far avg looks back"),
        ('{x: {value: "avg(volume)", over: 0}}', "over: found 0, expected 1 event, or 1ms"),
        ('{x: {value: "avg(volume)", over: 0s}}', "over: found 0ms, expected 1 event, or 1ms"),
        ('{x: {value: "avg(volume)", over: ten}}', "derive.x.over: found 'ten'"),
        ('{x: {value: "previous(volume)", over: 2}}', "previous takes no over; remove it"),
        ('{close: {value: "avg(volume)", over: 2}}', "the schema has a field of this name"),
        (
            '{x: {value: "avg(volume)", over: 2, by: sym}}',
            "by: unknown field 'sym' of stream trades",
        ),
        (
            '{x: {value: "avg(volume)", over: 2, by: note}}',
            "by: field 'note' of stream trades may be",
        ),
        ('{x: {value: "latest(quotes.close)", by: {trades: venue}}}', "expected trades, quotes"),
        (
            '{x: {value: "latest(quotes.close)", by: {trades: venue, quotes: [venue, symbol]}}}',
            "both streams need the same number of fields",
        ),
    ],
)
def test_what_does_not_fit_is_refused(plan, derive, message):
    with pytest.raises(TidegateError, match=re.escape(message)):
        plan(derive)


def test_a_mistake_in_the_text_has_a_caret(plan):
    with pytest.raises(ExpressionError) as error:
        plan('{x: {value: "avg(volum)", over: 2}}')
    assert str(error.value).splitlines() == [
        "p.yaml: streams.trades.derive.x, column 5: unknown field 'volum' of stream trades; "
        "did you mean 'volume'?",
        "  avg(volum)",
        "      ^^^^^",
    ]


def test_a_rule_of_another_key_is_refused_with_what_to_do(plan):
    derive = '{average: {value: "avg(volume)", over: 20}}'
    with pytest.raises(
        ExpressionError,
        match="'average' is derived by symbol of trades, and the "
        "key here is venue; use that key, or derive a field by this one",
    ):
        plan(derive, where="volume > average", key="venue")


def test_a_rule_whose_key_takes_the_other_stream_otherwise_is_refused(plan):
    derive = '{limit: {value: "latest(quotes.close)"}}'
    plan(derive, where="close > limit")
    with pytest.raises(ExpressionError, match="'limit' is derived by symbol of trades and symbol"):
        plan(
            derive,
            where="a.count > 0 or close > limit",
            on="[trades, quotes]",
            key="{trades: symbol, quotes: venue}",
        )


def test_a_window_may_have_derived_channels_of_its_key(plan):
    average = 'average: {value: "avg(volume)", over: 20}'
    derive = f'{{{average}, by_venue: {{value: "avg(volume)", over: 2, by: venue}}}}'
    window = "window: {stream: trades, length: 4, channels: [close, %s]}"
    found = plan(derive, more=window % "average")
    assert found["window"]["channels"] == ["close", "average"]
    with pytest.raises(DocumentError, match="channels: 'by_venue' is derived by venue of trades"):
        plan(derive, more=window % "by_venue")


def test_python_rules_use_derived_fields(plan, tmp_path):
    from dataclasses import replace

    plan('{average: {value: "avg(volume)", over: 20}}')
    pipeline = load_pipeline("p.yaml")
    rule = Rule("r", Pattern.begin("a").where(lambda e: e.volume > 3 * e.average), "trades")
    assert compile_plan(replace(pipeline, rules=[rule])).document["rules"][0]["id"] == "r"


RANGES = "{before: {value: previous(close)}, spent: {value: sum(volume), over: 1d}}"


def test_a_limit_for_silent_keys_is_in_the_plan(plan):
    assert plan(RANGES)["key_idle_ms"] is None
    assert plan(RANGES, more="keys: {idle: 1d}")["key_idle_ms"] == 86_400_000


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        (
            "23h",
            "p.yaml: keys.idle: 23h is shorter than streams.trades.derive.spent, which looks back "
            "over 1d; make it at least that",
        ),
        ("0s", "p.yaml: keys.idle: found 0, expected at least 1ms; leave it out for no limit"),
        ("soon", "p.yaml: keys.idle: found 'soon'"),
    ],
)
def test_a_limit_for_silent_keys_that_cannot_be_is_refused(plan, limit, message):
    with pytest.raises(DocumentError) as error:
        plan(RANGES, more=f"keys: {{idle: {limit}}}")
    assert message in str(error.value)
