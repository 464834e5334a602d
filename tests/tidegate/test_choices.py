"""Choices, stages in any order and absences with a duration, in both forms."""

import re
from pathlib import Path

import pytest
import yaml

from tests.tidegate.streams import stream
from tidegate import Pattern, Rule, all_of, any_of
from tidegate.errors import DocumentError, ExpressionError, PatternError, RuleError
from tidegate.limits import Limits
from tidegate.rule_document import read_rule
from tidegate.rule_plan import KeyIndex, compile_rule

A = Pattern.begin("a").where("amount > 1")
B = Pattern.begin("b").where("amount > 2")
C = Pattern.begin("c").where("amount > 3")


def rule(pattern, **options):
    return Rule("r", pattern, "transactions", **options)


def compiled(pattern, **options):
    return compile_rule(rule(pattern, **options), {"transactions": stream()}, KeyIndex())


def written(*steps, **options):
    document = {"rule": "r", "on": "transactions", "pattern": list(steps)} | options
    return read_rule(document, "f").definition("f")


def test_both_forms_of_a_choice_give_the_same_pattern():
    built = A.followed_by(any_of(B, C.followed_by("d"))).within_previous("5s").within("1m")
    found = written(
        {"a": {"where": "amount > 1"}},
        {
            "followed_by": {
                "any_of": [
                    {"b": {"where": "amount > 2"}},
                    [{"c": {"where": "amount > 3"}}, {"followed_by": "d"}],
                ]
            },
            "within_previous": "5s",
        },
        within="1m",
    )
    assert found == built.definition


def test_both_forms_of_stages_in_any_order_give_the_same_pattern():
    built = A.next(all_of(B, C)).consecutive().optional().followed_by("z")
    found = written(
        {"a": {"where": "amount > 1"}},
        {
            "next": {"all_of": [{"b": {"where": "amount > 2"}}, {"c": {"where": "amount > 3"}}]},
            "consecutive": True,
            "optional": True,
        },
        {"followed_by": "z"},
    )
    assert found == built.definition


def test_both_forms_of_an_absence_give_the_same_pattern():
    built = A.absent_for("scan", hours=24).where("amount > 9").absent_for(duration="1m")
    found = written(
        {"a": {"where": "amount > 1"}},
        {"absent_for": "24h", "stage": "scan", "where": "amount > 9"},
        {"absent_for": "1m"},
    )
    assert [stage.name for stage in found.stages] == ["a", "scan", "absence_1"]
    assert found.stages[1] == built.definition.stages[1]
    assert found.stages[2].absent_ms == built.definition.stages[2].absent_ms == 60_000


def test_a_pattern_may_begin_with_a_choice():
    short = written({"any_of": [{"a": None}, {"b": None}], "times": 2}, {"next": "c"})
    long = written({"begin": {"any_of": ["a", "b"]}, "times": 2}, {"next": "c"})
    choice = any_of(Pattern.begin("a"), Pattern.begin("b"))
    assert short == long == Pattern.begin(choice).times(2).next("c").definition


def test_the_plan_holds_alternatives_as_sequences():
    stages = compiled(A.followed_by(any_of(B, C.followed_by("d"))))["pattern"]["stages"]
    assert [[stage["name"] for stage in each] for each in stages[1]["any_of"]] == [
        ["b"],
        ["c", "d"],
    ]
    assert stages[1]["any_of"][1][0]["contiguity"] == "begin"


def test_the_plan_holds_how_long_an_absence_lasts_and_no_other_stage_does():
    stages = compiled(A.absent_for("n", hours=1))["pattern"]["stages"]
    assert (stages[1]["contiguity"], stages[1]["absent_ms"]) == ("absent_for", 3_600_000)
    assert "absent_ms" not in stages[0]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (A.next(any_of(B)), "any_of needs at least two alternatives, found 1"),
        (A.next(any_of(B, C.optional())), "alternative 2 begins with stage c, which may be left"),
        (
            A.next(any_of(B, Pattern.begin(C.optional().next("d")))),
            "alternative 2 begins with .*, which may be left out",
        ),
        (A.next(any_of(B, C)).greedy(), "greedy cannot be applied to any_of"),
        (Pattern.begin(any_of(A, B)).within_previous("1s"), "no event before it"),
        (A.next(all_of(B)), "all_of takes 2 to 8 stages, found 1"),
        (A.next(all_of(B, C)).times(2), "all_of cannot be repeated; put it into a group"),
        (A.next(all_of(B, C.times(2))), "stage c: a stage of all_of occurs once"),
        (A.next(all_of(B, C.next("d"))), "all_of takes plain stages, found group"),
        (A.absent_for("n", hours=1).times(2), "times cannot be applied to absent_for"),
        (A.absent_for("n", hours=1).optional(), "optional cannot be applied to absent_for"),
        (A.absent_for("n", "1h").within("1m"), "an absence of 1h cannot end within .* 1m"),
        (A.not_next("m").absent_for("n", "1h"), "absent_for cannot follow not_next"),
        (A.not_followed_by("m").absent_for("n", "1h"), "write one absent_for with both"),
        (A.optional().absent_for("n", "1h"), "an absence needs an event to count from"),
        (
            A.next("b").within_previous("1s").optional().absent_for("n", "1h"),
            "stage b may be left out, or go on, and has a time limit of its own",
        ),
        (A.next(any_of(B, C.not_followed_by("m"))), "cannot end a group or an alternative"),
    ],
)
def test_what_has_no_meaning_is_refused(pattern, message):
    with pytest.raises(PatternError, match=message):
        rule(pattern)


def test_an_alternative_that_begins_with_an_absence_is_refused():
    definition = written("a", {"next": {"any_of": ["b", {"not_next": "n"}]}})
    with pytest.raises(PatternError, match="alternative 2 begins with the absence stage n"):
        rule(definition)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"next": {"any_of": "b"}}, "any_of: found 'b', expected a list"),
        ({"next": {"one_of": ["b"]}}, "expected a stage's name, a list of stages, {any_of"),
        ({"any_of": ["b", "c"]}, "how does it follow"),
        ({"absent_for": "soon"}, "absent_for"),
        ({"absent_for": "1h", "times": 2}, "times"),
    ],
)
def test_what_has_another_form_is_refused(step, message):
    with pytest.raises(DocumentError, match=message):
        written("a", step)


def test_a_condition_does_not_read_another_alternative():
    with pytest.raises(ExpressionError, match="it belongs to another alternative"):
        compiled(A.next(any_of(B, C.where("amount > b.last.amount"))))
    compiled(A.next(any_of(B, C)).next("d").where("amount > coalesce(b.last.amount, 0)"))
    compiled(A.next(any_of(B, C.where("amount > coalesce(b.last.amount, 0)"))).times(2))


def test_a_stage_of_all_of_reads_those_that_may_come_before_it():
    compiled(A.next(all_of(B.where("amount > coalesce(c.last.amount, 0)"), C)))


def test_nothing_reads_an_absence():
    with pytest.raises(ExpressionError, match="it must not occur, so it takes no event"):
        compiled(A.absent_for("n", "1h").next("b").where("amount > n.last.amount"))


def test_limits_have_defaults_and_are_no_structure():
    plain, limited = compiled(A), compiled(A, limits=Limits(5, 2, "quarantine"))
    assert plain["limits"] == {
        "open": 10_000,
        "matches_per_event": 1_000,
        "policy": "drop_oldest",
    }
    assert limited["limits"] == {"open": 5, "matches_per_event": 2, "policy": "quarantine"}
    assert plain["fingerprint"] == limited["fingerprint"]


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(open=0), "limits: open 0: expected 1 to"),
        (Limits(matches_per_event=2**31), "limits: matches_per_event"),
        (Limits(policy="drop"), "limits: policy 'drop': expected drop_oldest"),
    ],
)
def test_limits_that_are_none_are_refused(limits, message):
    with pytest.raises(RuleError, match=message):
        rule(A, limits=limits)


def test_both_forms_in_the_guide_give_the_same_pattern():
    guide = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    section = guide.partition("## One of several")[2].partition("\n## ")[0]
    (steps,) = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    (builder,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    names: dict[str, Pattern] = {}
    exec(builder, names)
    definition = names["pattern"].definition
    assert written(*yaml.safe_load(steps)["pattern"]) == definition
    rule(definition)
