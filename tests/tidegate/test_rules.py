"""Rules from YAML: their forms, and one line for every mistake."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tidegate.drawn import sequences
from tests.tidegate.streams import stream
from tidegate.durations import format_duration, milliseconds, parse_duration
from tidegate.errors import TidegateError
from tidegate.parameters import RuleParameter
from tidegate.pattern import Pattern
from tidegate.rule_plan import KeyIndex, compile_rule
from tidegate.rules import Rule, load_rules

STREAMS = {"transactions": stream()}
HEAD = "rule: r\non: transactions\nkey: card_number\n"


@pytest.fixture
def load(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def load(text):
        (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
        return load_rules("rules.yaml")

    return load


def compiled(rule):
    return compile_rule(rule, STREAMS, KeyIndex())


def test_the_rule_of_the_guide_equals_its_python_form(load):
    (rule,) = load("""
rule: card_testing
version: 1
on: transactions
key: card_number
pattern:
  - test_charge: {where: "0.01 <= amount <= 5.00"}
  - followed_by: big_charge
    where: "amount >= 1000 and merchant_category != test_charge.last.merchant_category"
within: 1m
after_match: skip_past_last_event
severity: high
measures: {total: "test_charge.sum(amount) + big_charge.last.amount"}
summary: "card {key}: {test_charge.count} small charge(s), then {big_charge.last.amount:.2f}"
""")
    pattern = (
        Pattern.begin("test_charge")
        .where(lambda e: e.amount.between(0.01, 5.00))
        .followed_by("big_charge")
        .where(
            lambda e, m: (
                (e.amount >= 1000) & (e.merchant_category != m.test_charge.last.merchant_category)
            )
        )
        .within(minutes=1)
        .after_match("skip_past_last_event")
    )
    python = Rule(
        "card_testing",
        pattern,
        on="transactions",
        key="card_number",
        severity="high",
        measures={"total": lambda m: m.test_charge.sum("amount") + m.big_charge.last.amount},
        summary="card {key}: {test_charge.count} small charge(s), "
        "then {big_charge.last.amount:.2f}",
    )
    assert compiled(rule) == compiled(python)


@given(sequences(), st.sampled_from([None, "20s", "1h"]))
def test_yaml_and_builder_give_the_same_plan_or_the_same_refusal(tmp_path_factory, drawn, within):
    steps, pattern = drawn
    document = {"rule": "r", "on": "transactions", "key": "card_number", "pattern": steps}
    document |= {"parameters": {"limit": 5.0}} | ({"within": within} if within else {})
    path = tmp_path_factory.getbasetemp() / "drawn.yaml"
    path.write_text(_yaml(document), encoding="utf-8")

    def from_yaml():
        (rule,) = load_rules(path)
        return rule

    def from_builder():
        limited = pattern.within(within) if within else pattern
        return Rule("r", limited, "transactions", "card_number", parameters={"limit": 5.0})

    outcomes = []
    for make in (from_yaml, from_builder):
        try:
            outcomes.append(compiled(make()))
        except TidegateError as error:
            outcomes.append((type(error), str(error).partition("rule r")[2]))
    assert outcomes[0] == outcomes[1]


def _yaml(value):
    """YAML's flow form, of which JSON is a part."""
    import json

    return json.dumps(value)


def test_a_file_holds_one_rule_several_documents_or_a_list(load):
    one = HEAD + "pattern: [a]\n"
    other = one.replace("rule: r", "rule: q")
    assert [rule.id for rule in load(one)] == ["r"]
    assert [rule.id for rule in load(f"{one}---\n{other}")] == ["r", "q"]
    indented = one.replace("\n", "\n    ")
    assert [rule.id for rule in load(f"rules:\n  - {indented}")] == ["r"]


def test_the_key_on_is_text_and_no_boolean(load):
    assert load(HEAD + "pattern: [a]")[0].streams == ("transactions",)


def test_parameters_by_key_and_a_cool_down_are_as_in_python(load):
    (rule,) = load(
        HEAD
        + "pattern: [{a: {where: amount > $limit}}]\ncool_down: 1h\n"
        + "parameters: {limit: {default: 3.0, by_key: {c-1: 5.0, 17: 4}}, city: Oslo}\n"
    )
    limit = RuleParameter(3.0, by_key={"c-1": 5.0, "17": 4})
    pattern = Pattern.begin("a").where("amount > $limit")
    parameters = {"limit": limit, "city": "Oslo"}
    assert compiled(rule) == compiled(
        Rule("r", pattern, "transactions", "card_number", parameters=parameters, cool_down="1h")
    )


def test_short_forms_of_stages(load):
    (rule,) = load(HEAD + "pattern: [a, {next: b}, {followed_by: [c, {next: d}], times: 2}]")
    names = ["a", "b", "c", "d"]
    plan = compiled(rule)["pattern"]["stages"]
    assert [plan[0]["name"], plan[1]["name"], *(s["name"] for s in plan[2]["group"])] == names


def test_a_changed_copy_of_a_rule_is_a_rule():
    for key in (None, "card_number", {"transactions": ["card_number"]}):
        rule = Rule("r", Pattern.begin("a"), "transactions", key)
        assert replace(rule, version=2) == Rule("r", rule.pattern, "transactions", key, version=2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD.replace("card_number", "[]") + "pattern: [a]", "rule r: key: all streams need"),
        (HEAD + "pattern: [a]\nparameters: {$x: 1}", "rule r: parameter '$x': expected letters"),
        (HEAD + f"pattern: [a]\nparameters: {{x: {2**63}}}", "is no finite 64-bit number"),
        (HEAD + "pattern: [a]\nparameters: {x: 1e999}", "is no finite 64-bit number"),
        (
            HEAD + "pattern: [a]\nparameters: {x: {by_key: {c: 1}}}",
            "rule r: parameters.x.default: missing",
        ),
        (HEAD + "pattern: [a]\ncool_down: 5", "rule r: cool_down: found 5: 5 is not a duration"),
        ("", "rules.yaml: the file has no rules"),
        ("rules: []", "rules.yaml: the file has no rules"),
        ("rules: 3", "rules.yaml: rules: expected a list"),
        ("a: [", "rules.yaml:1:5: not YAML"),
        ("- 3", "rules.yaml: found [3], expected a mapping with rule, version"),
        (HEAD + "patern: [a]", "rule r: pattern: missing"),
        (HEAD + "patern: [a]", "rule r: patern: unknown key; did you mean 'pattern'?"),
        (HEAD + "pattern: [a]\nwithin: 1 minute", "rule r: within: found '1 minute'"),
        (HEAD + "pattern: [a]\nwithin: 60", "rule r: within: found 60: 60 is not a duration"),
        (HEAD + "pattern: [a]\nversion: one", "rule r: version: found 'one'"),
        (HEAD + "pattern: [a]\nversion: 0", "rule r: version 0: expected 1 or more"),
        (HEAD + "pattern: [a]\nseverity: hi", "severity 'hi': expected low, medium, high"),
        (HEAD + "pattern: [a]\nkey: x", "rules.yaml:5:1: not YAML: the key 'key' occurs twice"),
        (HEAD + "pattern: []", "rule r: the pattern has no stages"),
        (HEAD + "pattern: [a, b]", "rule r, stage 2: how does it follow? found b"),
        (HEAD + "pattern: [{next: a}]", "rule r, stage a: a sequence begins with a plain stage"),
        (HEAD + "pattern: [a, {next: b, followed_by: c}]", "next and followed_by exclude"),
        (HEAD + "pattern: [{a: {wher: x}}]", "stage 1 (a): wher: unknown key; did you mean"),
        (HEAD + "pattern: [a, {next: 3}]", "stage 2: next: found 3, expected a stage's name"),
        (HEAD + "pattern: [{a: {times: [1, 2, 3]}}]", "times [1, 2, 3]: expected 3, [2, 5]"),
        (HEAD + "pattern: [{a: {times: 2, one_or_more: true}}]", "give one of times"),
        (HEAD + "pattern: [{a: {or_where: x}}]", "or_where needs a where"),
        (HEAD + "pattern: [{begin: [a], where: x}]", "where belongs to a stage of the group"),
        (HEAD + "pattern: [{a: {where: 'x >'}}]", "rule r, stage a, where, column 3: not an exp"),
        (HEAD + "pattern: [{a: {on: other}}]", "stage a: on: other is not among the rule's"),
        (HEAD + "pattern: [a]\nmeasures: {m: 'a..x'}", "rule r, measure m, column"),
        (
            HEAD + "pattern: [a]\nsummary: 'x {a.count'",
            "rule r, summary, column 3: '{' is not",
        ),
        (HEAD + "pattern: [a]\nafter_match: {a: b, c: d}", "after_match: expected one of no_skip"),
        (HEAD.replace("rule: r", "rule: r r") + "pattern: [a]", "rule r r: not an id"),
        (HEAD.replace("card_number", "{other: x}") + "pattern: [a]", "key by stream names other"),
        (HEAD + "pattern: [a]\n---\n" + HEAD + "pattern: [a]", "the id occurs twice in the file"),
    ],
)
def test_mistake_gives_a_line_that_names_file_and_place(load, text, message):
    with pytest.raises(TidegateError) as error:
        load(text)
    assert message in str(error.value)
    assert str(error.value).startswith("rules.yaml")


def test_all_wrong_rules_are_named_at_once(load):
    with pytest.raises(TidegateError) as error:
        load("rules: [{rule: p, on: s, pattern: []}, {rule: q, on: s, pattern: []}]")
    assert ["rule p" in line or "rule q" in line for line in str(error.value).split("\n")] == [
        True,
        True,
    ]


def test_missing_file_is_named():
    with pytest.raises(TidegateError, match=r"^nowhere\.yaml: no such file$"):
        load_rules("nowhere.yaml")


@given(st.integers(1, 10**12))
def test_duration_text_keeps_its_value(duration):
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize("text", ["", "5", "5 m", "-5m", "1.5s", "5minutes", 5, None, "m5"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


def test_nothing_is_no_duration():
    assert milliseconds("1d") == milliseconds(hours=24)
    with pytest.raises(ValueError, match="not both"):
        milliseconds("1d", hours=1)
