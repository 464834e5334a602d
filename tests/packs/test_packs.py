"""Every rule pack finds exactly what is planted for it, alone and together with the others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.packs.found import cases, run
from tidegate import compile_plan, load_pipeline
from tidegate.generators import PACKS, Case, Options
from tidegate.stack.jars import ROOT

ALL = ROOT / "pipelines" / "all_packs.yaml"
packs = pytest.mark.parametrize("pack", PACKS.values(), ids=lambda pack: pack.name)


def without_notes(found: frozenset[Case]) -> set[Case]:
    return {Case(case.rule, case.key, case.events) for case in found}


@packs
@settings(max_examples=4, deadline=None)
@given(
    seed=st.integers(0, 2**32), events=st.integers(2_500, 5_000), cases_planted=st.integers(1, 4)
)
def test_the_planted_cases_are_found_and_near_misses_are_not(pack, seed, events, cases_planted):
    data = pack.generate(Options(events=events, seed=seed, cases=cases_planted))
    result = run([pack.rules], pack.pipeline, data)
    assert not result.dead_letters
    found = cases(result, pack.pipeline)
    assert found == data.planted
    assert len(result.matches) == len(found)
    assert not found & without_notes(data.near_misses)
    assert {case.rule for case in data.planted} == set(result.rules)


@packs
@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_events_out_of_order_within_the_bound_change_nothing(pack, seed):
    streams = load_pipeline(pack.pipeline).streams
    bound = min(stream.out_of_orderness_ms for stream in streams)
    data = pack.generate(Options(events=2_500, seed=seed)).shuffled(bound, seed)
    result = run([pack.rules], pack.pipeline, data)
    assert not result.late
    assert cases(result, pack.pipeline) == data.planted


def test_all_packs_together_find_what_each_finds_alone():
    datasets = [pack.generate(Options(events=2_500, seed=21)) for pack in PACKS.values()]
    rules = [pack.rules for pack in PACKS.values()]
    result = run(rules, ALL, *datasets)
    assert cases(result, ALL) == frozenset().union(*(data.planted for data in datasets))
    assert set(result.rules) == {rule.id for rule in load_pipeline(ALL).rules}


def test_the_pipeline_of_all_packs_has_their_streams_and_rules():
    together = load_pipeline(ALL)
    alone = [load_pipeline(pack.pipeline) for pack in PACKS.values()]
    assert together.streams == tuple(stream for each in alone for stream in each.streams)
    assert [rule.id for rule in together.rules] == [
        rule.id for each in alone for rule in each.rules
    ]
    compiled = {rule["id"]: rule for rule in compile_plan(together).document["rules"]}
    for each in alone:
        for rule in compile_plan(each).document["rules"]:
            assert compiled[rule["id"]]["fingerprint"] == rule["fingerprint"]


@packs
def test_the_pack_reads_the_schemas_that_its_pipeline_names(pack):
    streams = {stream.name: stream for stream in load_pipeline(pack.pipeline).streams}
    assert set(streams) == set(pack.streams)
    for name, schema in pack.streams.items():
        assert streams[name].decoder.schema == (ROOT / "schemas" / schema).read_text()


@packs
def test_every_rule_says_what_a_person_needs_to_know(pack):
    for rule in load_pipeline(pack.pipeline).rules:
        assert rule.summary
        assert rule.measures
        page = (ROOT / "docs" / "packs" / f"{pack.name}.md").read_text(encoding="utf-8")
        assert f"| `{rule.id}` | {rule.severity} |" in page
        for parameter in rule.parameters:
            assert f"{parameter}" in page
