"""What the compiler lets through, the JVM reads: nothing is refused only after submission."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.tidegate.drawn import conditions, sequences
from tests.tidegate.streams import stream
from tidegate import Pattern, Pipeline, Rule, TidegateError, compile_plan
from tidegate.pipeline import Kafka
from tidegate.rule_plan import KeyIndex, compile_rule

ROOT = Path(__file__).parents[2]
JAR = ROOT / "operators" / "target" / "tidegate-operators.jar"
READER = Path(__file__).with_name("ReadPlan.java")
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]

pytestmark = pytest.mark.skipif(
    not JAR.is_file() or shutil.which("java") is None,
    reason="needs the operators jar (make setup) and a JDK",
)


def rules_read(plan):
    """Number of rules that the JVM reads from a plan."""
    read = subprocess.run(
        ["java", "-cp", str(JAR), str(READER)],
        input=plan,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert read.returncode == 0, read.stderr
    return int(read.stdout)


def pipeline(rules):
    return Pipeline("p", Kafka("b:1", "g"), (stream(),), rules, "alerts", "dead", "late")


@pytest.mark.parametrize("name", ["cobot", "fraud"])
def test_golden_plan_is_read(name):
    plan = (ROOT / "tests" / "golden" / f"{name}.plan.json").read_text(encoding="utf-8")
    assert rules_read(plan) >= 2


class _Rules(list):
    """Rules that print themselves shortly; in full they are longer than pytest likes."""

    def __repr__(self):
        return f"{len(self)} rules"


@st.composite
def _rules(draw):
    """A rule that compiles, or None: a drawn pattern after two stages, a condition after it."""
    pattern = Pattern.begin("a").where("amount > 1").followed_by("b")
    if draw(st.booleans()):
        pattern = pattern.not_followed_by("n").where("amount > 3")
    pattern = pattern.followed_by(draw(sequences())[1]).followed_by("z")
    pattern = pattern.where(draw(conditions()))
    limit = draw(st.sampled_from([None, "20s", "1h"]))
    options = {"parameters": {"limit": 5.0, "name": "q"}, "measures": {"n": "z.count / duration"}}
    try:
        rule = Rule("r", pattern.within(limit) if limit else pattern, "transactions", **options)
        compile_rule(rule, {"transactions": stream()}, KeyIndex())
    except TidegateError:
        return None
    return rule


# A JVM for every example is dear; a failure names its rule, so shrinking adds little.
@settings(max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=_SLOW)
@given(st.lists(_rules(), min_size=20, max_size=40).map(_Rules))
def test_every_rule_that_compiles_is_read(drawn):
    found = [rule for rule in drawn if rule is not None]
    rules = [replace(rule, id=f"r{index}") for index, rule in enumerate(found)]
    if rules:
        assert rules_read(compile_plan(pipeline(rules)).to_json()) == len(rules)
