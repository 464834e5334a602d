"""The builder: lambdas become the text a rule file would have, quantifiers their stages."""

from datetime import timedelta

import numpy as np
import pytest

from tidegate import functions as f
from tidegate.errors import ExpressionError, PatternError
from tidegate.lambdas import measure_text
from tidegate.pattern import Pattern
from tidegate.stage_checks import check_pattern
from tidegate.stages import Contiguity, Inner, Skip, Times


def where(condition):
    return Pattern.begin("a").where(condition).definition.stages[0].where


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (lambda e: e.amount >= 1000, "amount >= 1000"),
        (lambda e: e.amount.between(0.01, 5.00), "between(amount, 0.01, 5.0)"),
        (lambda e: (e.x > 1) & (e.y < 2) | ~(e.z == "q"), "x > 1 and y < 2 or not z == 'q'"),
        (lambda e: e.x > 1, "x > 1"),
        (lambda e: 2 * e.x + 1 > -e.y, "2 * x + 1 > -y"),
        (lambda e: (e.x + 1) * 2 > e.x - (e.y - 1), "(x + 1) * 2 > x - (y - 1)"),
        (lambda e: e.place.is_in("a", "b$"), "place in ['a', 'b$']"),
        (lambda e: e.x.is_null() | e.name.starts_with("q"), "is_null(x) or starts_with(name, 'q')"),
        (lambda e: e["from"] == e.key, "event['from'] == event['key']"),
        (lambda e, m: e.place != m.a.last.place, "place != a.last.place"),
        (lambda e, m: e.x > m.a[0].x + m.a[-1].x, "x > a[0].x + a[-1].x"),
        (lambda e, m: (m.a.count >= 3) & (m.a.sum("x") > 9), "a.count >= 3 and a.sum('x') > 9"),
        (lambda e: e.x > f.param("limit"), "x > $limit"),
        (lambda e: abs(e.x) ** 2 > f.max(e.x, 3), "pow(abs(x), 2) > max(x, 3)"),
        (lambda e: e.x > np.float64(1.5), "x > 1.5"),
        (lambda e: e.flag, "flag"),
        ("amount > 1", "amount > 1"),
    ],
)
def test_lambda_becomes_text(condition, text):
    assert where(condition) == text


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (lambda e: e.x > 1 and e.y > 2, r"use & for `and`"),
        (lambda e: e.x > 1 or e.y > 2, r"\| for `or`"),
        (lambda e: not e.x, r"~ for `not`"),
        (lambda e: 1 < e.x < 2, r"\.between\(low, high\) for a chained comparison"),
        (lambda e: "a" in e.place, r"\.is_in\(\.\.\.\) for `in`"),
        (lambda e: e.x if e.y else 1, r"no truth value"),
        (lambda e: float(e.x) > 1, r"tidegate\.functions"),
        (lambda e: e.x > None, r"found None, expected a field"),
        (lambda e: None, r"found None"),
        (lambda e: e.x > float("nan"), r"found nan"),
        (lambda: True, r"the lambda takes 0 arguments, expected \(event\) or \(event, match\)"),
        (lambda a, b, c: True, r"takes 3 arguments"),
        (lambda e, m: m.a.x > 1, r"write a\.last\.x or a\.first\.x"),
        (3, r"expected text or a lambda"),
    ],
)
def test_what_cannot_be_traced_is_refused_with_what_to_use(condition, message):
    with pytest.raises(ExpressionError, match=rf"^stage a, where: .*{message}"):
        where(condition)


def test_measures_are_lambdas_over_the_match():
    assert measure_text(lambda m: m.a.sum("x") + m.b.last.x, "m") == "a.sum('x') + b.last.x"
    with pytest.raises(ExpressionError, match=r"expected \(match\)"):
        measure_text(lambda e, m: 1, "m")


def test_methods_leave_the_pattern_as_it_was():
    start = Pattern.begin("a")
    assert start.where("x > 1") != start
    assert start == Pattern.begin("a")


def test_conditions_join_in_order():
    pattern = Pattern.begin("a").where("x > 1").where("y > 2").or_where("z > 3")
    assert pattern.definition.stages[0].where == "((x > 1) and (y > 2)) or (z > 3)"
    with pytest.raises(PatternError, match="stage a: or_where needs a where"):
        Pattern.begin("a").or_where("x > 1")


@pytest.mark.parametrize(
    ("pattern", "stage"),
    [
        (Pattern.begin("a").times(3), {"times": Times(3, 3)}),
        (Pattern.begin("a").times(2, 5), {"times": Times(2, 5)}),
        (Pattern.begin("a").times(0, 5), {"times": Times(1, 5), "optional": True}),
        (Pattern.begin("a").times(2, within="10s"), {"times": Times(2, 2, 10_000)}),
        (Pattern.begin("a").times_or_more(2).greedy(), {"times": Times(2, None), "greedy": True}),
        (
            Pattern.begin("a").one_or_more().consecutive(),
            {"times": Times(1, None), "inner": Inner.CONSECUTIVE},
        ),
        (
            Pattern.begin("a").one_or_more().allow_combinations().until("x > 1"),
            {"inner": Inner.COMBINATIONS, "until": "x > 1"},
        ),
        (Pattern.begin("a", on="s").optional(), {"optional": True, "on": ("s",)}),
        (Pattern.begin("z").next("a"), {"contiguity": Contiguity.NEXT}),
        (Pattern.begin("z").followed_by("a"), {"contiguity": Contiguity.FOLLOWED_BY}),
        (Pattern.begin("z").followed_by_any("a"), {"contiguity": Contiguity.FOLLOWED_BY_ANY}),
        (Pattern.begin("z").not_next("a"), {"contiguity": Contiguity.NOT_NEXT}),
        (Pattern.begin("z").not_followed_by("a"), {"contiguity": Contiguity.NOT_FOLLOWED_BY}),
        (
            Pattern.begin("z").next("a").within_previous(seconds=1.5),
            {"within_previous_ms": 1500},
        ),
    ],
)
def test_quantifiers_concern_the_last_stage(pattern, stage):
    found = pattern.definition.stages[-1]
    assert {name: getattr(found, name) for name in stage} == stage


@pytest.mark.parametrize(
    "pattern",
    [
        Pattern.begin("a").within(minutes=1, seconds=30),
        Pattern.begin("a").within("1m30s"),
        Pattern.begin("a").within(timedelta(seconds=90)),
    ],
)
def test_durations_have_three_forms(pattern):
    assert pattern.definition.within_ms == 90_000


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Pattern.begin("a").times(2).one_or_more(), "stage a: a second quantifier"),
        (lambda: Pattern.begin("a").times(2).consecutive().allow_combinations(), "exclude"),
        (lambda: Pattern.begin("a").one_or_more().until("x").until("y"), "until is given twice"),
        (lambda: Pattern.begin(Pattern.begin("a")).where("x > 1"), r"group \(a\): where belongs"),
        (lambda: Pattern.begin(Pattern.begin("a").within("1s")), "a group has no within"),
        (lambda: Pattern.begin(Pattern.begin("a"), on="s"), "name their own streams"),
        (lambda: Pattern.begin("a").within(), None),
        (lambda: Pattern.begin("a").within("1 minute"), "not a duration"),
        (lambda: Pattern.begin("a").within("1m", seconds=3), "not both"),
        (lambda: Pattern.begin("a").within(milliseconds=0.5), "whole number of milliseconds"),
        (lambda: Pattern.begin("a").next("b").within_previous(weeks=1), "weeks"),
    ],
)
def test_wrong_use_is_refused_at_once(build, message):
    with pytest.raises(PatternError, match=message):
        check_pattern(build().definition, "rule r")


def test_groups_nest():
    pair = Pattern.begin("b").where("x > 1").next("c")
    pattern = (
        Pattern.begin("a").followed_by(pair).times(2).optional().after_match("skip_to_last", "c")
    )
    group = pattern.definition.stages[1]
    assert [stage.name for stage in group.stages] == ["b", "c"]
    assert (group.times, group.optional) == (Times(2, 2), True)
    assert pattern.definition.skip == Skip("skip_to_last", "c")
    check_pattern(pattern.definition, "rule r")


A = Pattern.begin("a")
LOOP = A.one_or_more()


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (A.next("a"), "stage a: the name occurs twice"),
        (Pattern.begin("a b"), "stage 'a b': not a stage name"),
        (Pattern.begin("class"), "not a stage name"),
        (Pattern.begin("event"), "not a stage name"),
        (A.greedy(), "stage a: greedy needs a repetition"),
        (A.times(1).greedy(), "stage a: greedy needs a repetition"),
        (LOOP.allow_combinations().greedy(), "greedy and allow_combinations exclude"),
        (A.consecutive(), "consecutive needs a repetition"),
        (A.allow_combinations(), "allow_combinations needs a repetition"),
        (A.until("x > 1"), "stage a: until ends a loop without a most"),
        (A.times(3).until("x > 1"), "stage a: until ends a loop without a most"),
        (A.times(0), "expected 1 <= least <= most"),
        (A.times(3, 2), "expected 1 <= least <= most"),
        (A.times(-1, 2), "expected 1 <= least <= most"),
        (Pattern.begin(A.next("b")).one_or_more().greedy(), r"group \(a, b\): greedy cannot"),
        (Pattern.begin(A.next("b")).times(2, within="1s"), "a group has no time limit"),
        (Pattern.begin(A.optional()).one_or_more(), "every stage of the loop may be left out"),
        (A.not_next("b").optional(), "stage b: optional cannot be applied to not_next"),
        (A.not_next("b").one_or_more(), "times cannot be applied to not_next"),
        (A.not_followed_by("b"), "stage b: not_followed_by at the end needs a time limit"),
        (
            Pattern.begin(A.not_followed_by("b")).next("c"),
            "stage b: not_followed_by cannot end a group",
        ),
        (A.optional().not_next("b"), "stage b: not_next cannot follow the optional stage a"),
        (LOOP.greedy().next("b").optional(), "an optional stage cannot follow the greedy stage a"),
        (
            Pattern.begin(A.optional()).times(2).not_followed_by("n").next("z"),
            "stage n: every stage before it may be left out",
        ),
        (A.times(10_001), "come to 10001 events; 10000 is most"),
        (Pattern.begin(A.times(101)).times(100), "come to 10100 events"),
        (A.within_previous("1s"), "within_previous has no event before it"),
        (
            A.next("b").within_previous("2s").within("1s"),
            "2s is longer than the pattern",
        ),
        (A.next("b").times(2, within="2s").within("1s"), "times within 2s is longer"),
        (A.next("b").times(2).within_previous("1s"), "within_previous is for a single event"),
        (
            A.not_followed_by("b").within_previous("1s").next("c"),
            "within_previous on not_followed_by is for the last stage",
        ),
        (A.within("0s"), "within must be at least 1ms"),
        (A.after_match("skip"), "after_match skip: expected no_skip"),
        (A.after_match("skip_to_first"), "after_match skip_to_first names a stage"),
        (A.after_match("skip_to_next", "a"), "after_match skip_to_next names no stage"),
        (A.after_match("skip_to_last", "b"), "after_match skip_to_last b: no such stage"),
        (A.not_next("b").next("c").after_match("skip_to_last", "b"), "no such stage to skip to"),
    ],
)
def test_combination_without_meaning_is_refused(pattern, message):
    with pytest.raises(PatternError, match=message) as error:
        check_pattern(pattern.definition, "rule r")
    assert str(error.value).startswith("rule r")


@pytest.mark.parametrize(
    "pattern",
    [
        LOOP.greedy().next("b"),
        LOOP.until("x > 1"),
        A.times(10_000),
        A.optional().next("b").optional().next("c").not_next("d").next("e"),
        Pattern.begin(A.next("b").optional()).not_next("c").next("d"),
        A.times(2, 4).consecutive().greedy(),
        A.not_followed_by("b").within("1m"),
        A.next("b").optional().next("c"),
        A.not_next("b"),
        A.next("b").not_followed_by("c").within_previous("1s"),
        Pattern.begin(A.next("b").optional()).one_or_more().followed_by("c"),
    ],
)
def test_combination_with_a_meaning_is_accepted(pattern):
    check_pattern(pattern.definition, "rule r")
