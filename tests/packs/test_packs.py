"""Every rule pack finds exactly what is planted for it, alone and together with the others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.packs.found import cases, run
from tidegate import load_pipeline
from tidegate.generators import Case, Options, find_pack
from tidegate.stack.jars import ROOT

READY = ("fraud", "industrial", "security", "supply_chain")
packs = pytest.mark.parametrize("pack", [find_pack(n) for n in READY], ids=lambda pack: pack.name)


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
