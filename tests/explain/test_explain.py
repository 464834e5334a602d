"""Rules in words and pictures: whole texts kept as golden files, laws over drawn patterns."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.command import tidegate
from tests.tidegate.drawn import sequences
from tidegate.errors import TidegateError
from tidegate.explain.labels import title, wrapped
from tidegate.explain.mermaid import mermaid
from tidegate.explain.pitfalls import pitfalls
from tidegate.explain.svg import svg
from tidegate.explain.words import explain
from tidegate.pattern import Pattern, any_of
from tidegate.rules import Rule, load_rules
from tidegate.stack.jars import ROOT
from tidegate.stages import walk

GOLDEN = ROOT / "tests" / "golden" / "explain"
FORMS = {
    "txt": lambda rules: "\n\n".join(explain(rule) for rule in rules),
    "mmd": lambda rules: "\n\n".join(mermaid(rule) for rule in rules),
    "svg": svg,
}


@pytest.mark.parametrize("form", FORMS)
def test_explanations_are_as_they_were(form: str, request: pytest.FixtureRequest) -> None:
    """After a wanted change: pytest tests/explain --refresh-golden, then look at them."""
    text = FORMS[form](load_rules(GOLDEN / "rules.yaml")) + "\n"
    golden = GOLDEN / f"rules.{form}"
    if request.config.getoption("--refresh-golden"):
        golden.write_text(text)
    assert text == golden.read_text()


def drawn_rule(pattern: Pattern, streams: list[str], within: bool) -> Rule | None:
    try:
        limited = pattern.within("1h") if within else pattern
        return Rule(id="drawn", pattern=limited, on=streams, key="k", parameters={"limit": 1.0})
    except TidegateError:
        return None


@settings(deadline=None, max_examples=150)
@given(sequences(), st.sampled_from([["a"], ["a", "b"]]), st.booleans())
def test_every_stage_is_named_in_every_form(
    drawn: tuple[object, Pattern], streams: list[str], within: bool
) -> None:
    rule = drawn_rule(drawn[1], streams, within)
    if rule is None:
        return
    words, chart, picture = explain(rule), mermaid(rule), svg([rule])
    numbered = [line for line in words.splitlines() if line.lstrip()[:1].isdigit()]
    titles = [element.text for element in ElementTree.fromstring(picture).iter()]
    for stage in walk(rule.definition.stages):
        said = f"{stage.name} (" if stage.contiguity.negative else f"{stage.name}: "
        sentences = [line for line in numbered if said in line]
        assert len(sentences) == 1, stage.name
        assert f'{stage.name}["{title(stage)}' in chart
        assert title(stage) in titles
        if stage.optional:
            assert "may be left out" in sentences[0]


def test_a_picture_holds_any_text() -> None:
    pattern = Pattern.begin("a").where("name == '<&\"#>'")
    rule = Rule(id="odd", pattern=pattern, on="x", key="k")
    texts = [element.text for element in ElementTree.fromstring(svg([rule])).iter()]
    assert "name == '<&\"#>'" in texts
    assert "#60;#38;#34;#35;#62;" in mermaid(rule)


BEGIN = Pattern.begin("a").where("x > 1")
PITFALLS = [
    (BEGIN.followed_by("b"), "no `within`: a partial match waits for b"),
    (Pattern.begin("a").followed_by("b").within("1m"), "a has no condition"),
    (BEGIN.followed_by_any("b").one_or_more().within("1m"), "followed_by_any before b together"),
    (BEGIN.followed_by_any("b").followed_by_any("c").within("1m"), "followed_by_any 2 times"),
    (BEGIN.one_or_more().allow_combinations().within("1m"), "2^n matches"),
    (BEGIN.times_or_more(3).within("1m"), "every start and every length"),
    (BEGIN.one_or_more().greedy().within("1m"), "greedy on the last stage a has no effect"),
    (BEGIN.followed_by("b").where("x > b.last.x").within("1m"), "b reads its own events"),
    (
        BEGIN.followed_by("o").optional().followed_by("b").where("x > o.last.x").within("1m"),
        "b reads o, which may be left out",
    ),
    (BEGIN.not_followed_by("b").within("1m"), "b is decided when event time has passed its limit"),
]


@pytest.mark.parametrize(("pattern", "said"), PITFALLS)
def test_a_pitfall_is_found(pattern: Pattern, said: str) -> None:
    found = pitfalls(Rule(id="r", pattern=pattern, on="s", key="k"))
    assert len([each for each in found if said in each]) == 1


def test_reading_a_choice_that_was_not_taken_is_a_pitfall() -> None:
    named = any_of(Pattern.begin("p"), Pattern.begin("q"))
    last = BEGIN.followed_by(named).followed_by("c").where("x > q.last.x").within("1m")
    found = pitfalls(Rule(id="r", pattern=last, on="s", key="k"))
    assert [each for each in found if "reads q of an any_of" in each]


def test_strictness_over_several_streams_is_a_pitfall() -> None:
    rule = Rule(id="r", pattern=BEGIN.next("b").within("1m"), on=["s", "t"], key="k")
    assert any("b is strict, and an event of any of s, t" in each for each in pitfalls(rule))


@pytest.mark.parametrize(
    "pattern",
    [
        BEGIN.followed_by("b").within("1m"),
        BEGIN,
        BEGIN.followed_by("b").within_previous("1m"),
        BEGIN.times(3).within("1m"),
        BEGIN.followed_by("b").where("x > coalesce(b.last.x, a.last.x)").within("1m"),
        BEGIN.followed_by("b").where("b.last.x is None or x > b.last.x").within("1m"),
    ],
)
def test_a_sound_rule_has_none(pattern: Pattern) -> None:
    assert not pitfalls(Rule(id="r", pattern=pattern, on="s", key="k"))


@given(st.text("ab ", min_size=1, max_size=60), st.integers(5, 30))
def test_wrapping_loses_no_word(text: str, width: int) -> None:
    assert " ".join(wrapped(text, width)).split() == text.split()


def test_the_command_writes_by_the_name_of_the_output(tmp_path: Path) -> None:
    done = tidegate("rules", "explain", "rules/fraud.yaml", "--output", str(tmp_path / "f.svg"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("rules explained: ")
    assert ElementTree.parse(tmp_path / "f.svg").getroot().tag.endswith("svg")
    done = tidegate("rules", "explain", "rules/fraud.yaml", "--rule", "velocity")
    assert done.stdout.startswith("velocity, version 1\n")
    assert "card_testing" not in done.stdout
    done = tidegate("rules", "explain", "rules/fraud.yaml", "--rule", "nosuch")
    assert done.returncode == 2
    assert "no such rule; known: " in done.stderr
