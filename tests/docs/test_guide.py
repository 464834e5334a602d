"""Every example of the guide finds what stands beside it; its table knows all of Flink's API."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from tidegate import Pipeline, Rule, compile_plan, load_pipeline
from tidegate.stack.jars import ROOT
from tidegate.testing import Result, run_rules
from tidegate.testing.results import Timeout

GUIDE = ROOT / "docs" / "guide"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TYPES = {"amount": "double", "volume": "long", "at": "long"}
NUMBERS = ("amount", "celsius", "bar", "latitude", "longitude")


@dataclass(frozen=True)
class Example:
    """A rule with the events before it and the result after it."""

    place: str
    events: tuple[Mapping[str, Any], ...]
    rule: str
    derive: Mapping[str, Any] | None
    expected: tuple[str, ...]


def examples(page: Path) -> Iterator[Example]:
    text = page.read_text(encoding="utf-8")
    events: tuple[Mapping[str, Any], ...] = ()
    rule = ""
    derive: dict[str, Any] | None = None
    for block in BLOCK.finditer(text):
        kind, content = block[1], block[2]
        if kind == "csv":
            events, derive = tuple(rows(content)), None
        elif kind == "yaml":
            rule = content
            if content.startswith("derive:"):
                derive = yaml.safe_load(content)["derive"]
        elif kind == "matches":
            line = text.count("\n", 0, block.start()) + 1
            place = f"{page.name}:{line}"
            yield Example(place, events, rule, derive, tuple(content.splitlines()))


def rows(content: str) -> Iterator[Mapping[str, Any]]:
    for row in csv.DictReader(content.splitlines()):
        values: dict[str, Any] = {"user": "u1", **{k: v for k, v in row.items() if v != ""}}
        values |= {name: float(values[name]) for name in NUMBERS if name in values}
        values |= {name: int(values[name]) for name in ("at", "volume") if name in values}
        yield values


def found(result: Result) -> list[str]:
    """The result as the guide writes it."""
    lines = [
        " ".join(str(event["name"]) for _, event in match.events)
        + "".join(
            f"{' ' * (2 if i == 0 else 1)}{name}={value}"
            for i, (name, value) in enumerate(match.measures.items())
        )
        for match in result.matches
    ]
    return sorted(lines)


def timed_out(timeout: Timeout) -> str:
    names = " ".join(str(event["name"]) for _, event in timeout.events)
    return f"timed out at {timeout.timed_out_at.timestamp():.0f}: {names}"


def run(example: Example, folder: Path) -> Result:
    # What the guide does not repeat.
    usual = {"rule": "example", "on": "events", "key": "user"}
    first = [f"{k}: {v}\n" for k, v in usual.items() if not re.search(f"(?m)^{k}:", example.rule)]
    rule = folder / "rule.yaml"
    rule.write_text("".join(first) + example.rule)
    if example.derive is None:
        return run_rules(rule, example.events, time="at", time_unit="s", near_misses=0)
    kinds = {str: "string", int: "long", float: "double"}
    fields = [
        {"name": name, "type": kinds[type(value)]} for name, value in example.events[0].items()
    ]
    schema = {"type": "record", "name": "E", "fields": fields}
    (folder / "events.avsc").write_text(json.dumps(schema))
    stream = {
        **{"topic": "events", "schema": "events.avsc", "format": "json", "key": "user"},
        **{"event_time": "at", "event_time_unit": "s", "derive": example.derive},
    }
    pipeline = folder / "pipeline.yaml"
    pipeline.write_text(
        yaml.safe_dump(
            {
                "pipeline": "guide",
                "kafka": {"bootstrap": "none:1"},
                "streams": {"events": stream},
                "rules": ["rule.yaml"],
            }
        )
    )
    return run_rules(rule, example.events, pipeline=pipeline, near_misses=0)


EXAMPLES = [example for page in sorted(GUIDE.glob("*.md")) for example in examples(page)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.place)
def test_the_example_finds_what_the_guide_says(example, tmp_path):
    result = run(example, tmp_path)
    expected = [] if example.expected == ("nothing",) else list(example.expected)
    timeouts = sorted(line for line in expected if line.startswith("timed out"))
    assert found(result) == sorted(line for line in expected if line not in timeouts)
    if timeouts:
        assert sorted(map(timed_out, result.timeouts)) == timeouts
    assert not result.dead_letters
    assert not result.late


def test_the_builder_and_the_yaml_beside_it_give_one_plan_and_the_python_runs(tmp_path):
    text = (GUIDE / "python.md").read_text(encoding="utf-8")
    blocks = [(block[1], block[2]) for block in BLOCK.finditer(text)]
    names: dict[str, Any] = {}
    for kind, content in blocks:
        if kind == "python":
            exec(compile(content, "python.md", "exec"), names)
    (document,) = (content for kind, content in blocks if kind == "yaml")
    rule = tmp_path / "rule.yaml"
    rule.write_text(document)
    shutil.copy(ROOT / "pipelines" / "fraud.yaml", tmp_path / "fraud.yaml")
    pipeline = load_pipeline(ROOT / "pipelines" / "fraud.yaml")

    def plan(built: Rule) -> Any:
        values = {**vars(pipeline), "rules": [built]}
        return compile_plan(Pipeline(**values)).document["rules"][0]["pattern"]

    from tidegate.rules import load_rules

    assert plan(names["card_testing"]) == plan(load_rules(rule)[0])


def test_the_table_names_every_method_of_flinks_pattern_api():
    package = find_spec("pyflink")
    assert package is not None
    assert package.origin is not None
    (jar,) = Path(package.origin).parent.glob("lib/flink-cep-*.jar")
    classes = (
        *("CEP", "PatternStream", "pattern.Pattern", "pattern.GroupPattern"),
        *("pattern.conditions.IterativeCondition$Context", "functions.PatternProcessFunction"),
        *("functions.PatternProcessFunction$Context", "functions.TimedOutPartialMatchHandler"),
        "nfa.aftermatch.AfterMatchSkipStrategy",
    )
    listed = subprocess.run(
        ["javap", "-cp", str(jar), *(f"org.apache.flink.cep.{name}" for name in classes)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    # Without the internals of the skip strategies, and what every Java object has.
    inner = {"prune", "isSkipStrategy", "getPatternName", "toString", "equals", "hashCode"}
    methods = set(re.findall(r"public .*?(\w+)\(", listed)) - inner
    methods = {name for name in methods if name[0].islower()}
    assert {"followedByAny", "timesOrMore", "sideOutputLateData", "skipToLast"} <= methods
    table = (GUIDE / "from-flink.md").read_text(encoding="utf-8")
    assert {name for name in methods if not re.search(rf"\b{name}\b", table)} == set()
