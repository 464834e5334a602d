"""Rules against streams: keys, scopes of conditions, fingerprints, summaries."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tidegate.streams import COBOT_READING, MEASURE, stream
from tidegate.errors import ExpressionError, RuleError
from tidegate.parameters import RuleParameter
from tidegate.pattern import Pattern
from tidegate.rule_plan import KeyIndex, compile_rule
from tidegate.rules import Rule
from tidegate.summary import compile_summary

STREAMS = {
    "transactions": stream(),
    "refunds": stream("refunds"),
    "joints": stream("joints", COBOT_READING, ("robot_id",)),
}


def rule(pattern, **options):
    return Rule("r", pattern, **{"on": "transactions", "key": "card_number"} | options)


def compiled(pattern, keys=None, **options):
    return compile_rule(rule(pattern, **options), STREAMS, keys or KeyIndex())


PAIR = Pattern.begin("a").where("amount > 1").followed_by("b").where("amount > a.last.amount")


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (Pattern.begin("a").where("b.last.amount > 1").next("b"), "it comes after this stage"),
        (
            Pattern.begin("a").not_next("n").next("b").where("n.count > 1"),
            "it must not occur, so it takes no event",
        ),
        (Pattern.begin("a").where("q.count > 1"), "unknown stage 'q'"),
        (
            Pattern.begin(Pattern.begin("a").where("b.count > 1").next("b")),
            "it comes after this stage",
        ),
    ],
)
def test_condition_reads_only_what_can_have_been_taken(pattern, message):
    with pytest.raises(ExpressionError, match=message):
        compiled(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        Pattern.begin("a").where("amount > coalesce(a.last.amount, 0)").one_or_more(),
        Pattern.begin("a").not_next("n").where("amount > a.last.amount").next("b"),
        Pattern.begin(Pattern.begin("a").where("b.count > 1").next("b")).times(2),
        Pattern.begin(Pattern.begin("a").next("b")).one_or_more().until("b.count > 3"),
    ],
)
def test_condition_reads_its_own_stage_and_earlier_turns_of_a_group(pattern):
    compiled(pattern)


def test_until_of_a_group_is_in_the_plan():
    group = Pattern.begin(Pattern.begin("a").next("b")).one_or_more().until("b.count > 3")
    (found,) = compiled(group)["pattern"]["stages"]
    assert found["until"]["call"] == "gt"
    assert [stage["contiguity"] for stage in found["group"]] == ["begin", "strict"]


def test_stage_reads_its_own_streams():
    pattern = Pattern.begin("a").where("amount > 1").next("b", on="refunds")
    plan = compiled(pattern, on=("transactions", "refunds"))
    streams = [stage["streams"] for stage in plan["pattern"]["stages"]]
    assert streams == [["transactions", "refunds"], ["refunds"]]


def test_rules_of_one_key_share_it():
    keys = KeyIndex()
    same = [
        compiled(PAIR, keys)["key"],
        compiled(PAIR, keys, key=None)["key"],
        compiled(PAIR, keys, on=("transactions", "refunds"))["key"],
    ]
    other = compiled(PAIR, keys, key=("customer_id", "card_number"))["key"]
    assert (same, other) == ([0, 0, 0], 1)
    both = {"transactions": ["card_number"], "refunds": ["card_number"]}
    assert keys.document() == [
        {"streams": both},
        {"streams": {"transactions": ["customer_id", "card_number"]}},
    ]


def test_key_may_differ_by_stream():
    plan = KeyIndex()
    compiled(
        Pattern.begin("a"),
        plan,
        on=("transactions", "joints"),
        key={"transactions": "customer_id", "joints": "robot_id"},
    )
    assert plan.document() == [
        {"streams": {"transactions": ["customer_id"], "joints": ["robot_id"]}}
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"on": "payments"}, "on: unknown stream 'payments'"),
        ({"key": "card_no"}, "key: unknown field 'card_no' of stream transactions; did you mean"),
        ({"key": "merchant_category"}, "may be null.*add it to the stream's key"),
        ({"on": ("transactions", "joints"), "key": "ts2"}, "unknown field 'ts2'"),
    ],
)
def test_rule_that_does_not_fit_the_streams_is_refused(options, message):
    with pytest.raises(RuleError, match=message):
        compiled(Pattern.begin("a"), **options)


def test_nullable_key_is_fine_where_the_stream_demands_it():
    streams = {"transactions": stream(key=("merchant_category",))}
    found = rule(Pattern.begin("a"), key="merchant_category")
    assert compile_rule(found, streams, KeyIndex())["key"] == 0


def test_fingerprint_is_of_the_structure_alone():
    plain = rule(PAIR.within("1m"), parameters={"limit": 1.0})
    before = compile_rule(plain, STREAMS, KeyIndex())["fingerprint"]
    for change in (
        {"summary": "x"},
        {"severity": "low"},
        {"version": 2},
        {"shadow": True},
        {"measures": {"n": "a.count"}},
        {"parameters": {"limit": 2.0}},
        {"parameters": {"limit": RuleParameter(2.0, by_key={"c1": 3})}},
        {"cool_down": "10m"},
    ):
        assert compile_rule(replace(plain, **change), STREAMS, KeyIndex())["fingerprint"] == before
    for pattern, key in (
        (PAIR.within("2m"), "card_number"),
        (PAIR.where("amount > 3").within("1m"), "card_number"),
        (PAIR.optional().within("1m"), "card_number"),
        (PAIR.within("1m"), "customer_id"),
    ):
        changed = rule(pattern, key=key, parameters={"limit": 1.0})
        assert compile_rule(changed, STREAMS, KeyIndex())["fingerprint"] != before


def test_fingerprint_does_not_depend_on_the_writing():
    one = compiled(Pattern.begin("a").where("0 <= amount <= 5"))
    two = compiled(Pattern.begin("a").where("between(amount, 0.0, 5.00)"))
    assert one["fingerprint"] == two["fingerprint"]


def test_parameter_types_come_from_their_values():
    with pytest.raises(ExpressionError, match=r"\(double, string\)"):
        compiled(Pattern.begin("a").where("amount > $limit"), parameters={"limit": "5"})
    compiled(Pattern.begin("a").where("amount > $limit"), parameters={"limit": 5})


def test_parameters_carry_their_values_by_key():
    parameters = {"limit": RuleParameter(3, by_key={"c1": 5.5, "c2": 7}), "city": "Oslo"}
    plan = compiled(Pattern.begin("a").where("amount > $limit"), parameters=parameters)
    assert plan["parameters"] == {
        "limit": {"default": 3, "type": "double", "by_key": {"c1": 5.5, "c2": 7}},
        "city": {"default": "Oslo", "type": "string", "by_key": {}},
    }


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            RuleParameter(3.0, by_key={"c1": "x"}),
            "parameter limit: the default is a double, by_key has a string for c1; give all",
        ),
        (RuleParameter(True, by_key={"c1": 1}), "the default is a boolean, by_key has a long"),
        (RuleParameter(1, by_key={"c1": 2**63}), "is no finite 64-bit number"),
        (None, "parameter limit: found None, expected a number, a text"),
    ],
)
def test_parameters_of_several_types_are_refused(value, message):
    with pytest.raises(RuleError, match=re.escape(message)):
        rule(Pattern.begin("a"), parameters={"limit": value})


@pytest.mark.parametrize(
    ("cool_down", "expected"),
    [(None, 0), ("10m", 600_000), (timedelta(seconds=1.5), 1_500)],
)
def test_cool_down_is_in_milliseconds(cool_down, expected):
    assert compiled(Pattern.begin("a"), cool_down=cool_down)["cool_down_ms"] == expected


@pytest.mark.parametrize("cool_down", ["ten", timedelta(seconds=-1), timedelta(microseconds=1)])
def test_a_cool_down_that_is_no_duration_is_refused(cool_down):
    with pytest.raises(RuleError, match="rule r: cool_down"):
        rule(Pattern.begin("a"), cool_down=cool_down)


def test_summary_is_text_and_expressions_in_turn():
    parts = compile_summary("{{x}} {a.count:,d} of {key}: {a.last.amount / 2:.2f}!", MEASURE)
    assert [part.get("text", part.get("format")) for part in parts] == [
        "{x} ",
        ",d",
        " of ",
        None,
        ": ",
        ".2f",
        "!",
    ]


def test_colon_and_brace_in_a_string_are_no_format():
    (part,) = compile_summary("{concat(key, ':}', 'x'):>8s}", MEASURE)
    assert part["format"] == ">8s"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("a {a.count", "column 3: '{' is not closed"),
        ("a } b", "column 3: a single '}'"),
        ("{a.last.amout}", r"at column 2, column 1: unknown field 'amout'"),
        ("{key:.2f}", "format '.2f' does not fit a string"),
        ("{a.count:.2}", "format '.2' does not fit a long"),
        ("{a.last.amount:d}", "format 'd' does not fit a double"),
        ("{a.last.amount:.2}", "format '.2' does not fit a double"),
        ("{a.count:x}", "format 'x' does not fit a long"),
        ("{}", "the expression is empty"),
    ],
)
def test_wrong_summary_is_refused(template, message):
    with pytest.raises(ExpressionError) as error:
        compile_summary(template, MEASURE)
    assert message in str(error.value)
