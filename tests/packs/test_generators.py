"""Generated events: what holds for every pack, whatever the options."""

from __future__ import annotations

import json
from collections import Counter

import fastavro
import pytest
from fastavro.validation import validate_many
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from tidegate.errors import OptionError
from tidegate.generators import PACKS, Dataset, Options, find_pack

SMALL = Options(events=2_500, seed=11)
packs = pytest.mark.parametrize("pack", PACKS.values(), ids=lambda pack: pack.name)


def identities(data: Dataset) -> set[str]:
    """Values that a case may refer to."""
    single = {str(value) for row in data.rows for value in row.values.values()}
    return single | {f"{row.values.get('sensor_id')}|{row.ts}" for row in data.rows}


@packs
def test_equal_options_give_equal_events_and_another_seed_gives_others(pack):
    assert pack.generate(SMALL) == pack.generate(SMALL)
    assert pack.generate(SMALL).rows != pack.generate(Options(events=2_500, seed=12)).rows


@packs
def test_rows_are_in_order_and_fit_their_schemas(pack):
    data = pack.generate(SMALL)
    times = [row.ts for row in data.rows]
    assert times == sorted(times)
    assert times[0] >= SMALL.start_ms
    assert {row.stream for row in data.rows} == set(pack.streams)
    for stream, name in pack.streams.items():
        schema = fastavro.parse_schema(schemas.load(name))
        rows = [row.values for row in data.rows if row.stream == stream]
        validate_many(rows, schema, strict=True)
        json.dumps(rows)


@packs
def test_every_rule_has_planted_cases_and_near_misses_of_events_that_are_there(pack):
    data = pack.generate(SMALL)
    assert data.planted
    planted, near = ({case.rule for case in cases} for cases in (data.planted, data.near_misses))
    assert near <= planted
    known = identities(data)
    for case in data.planted | data.near_misses:
        assert set(case.events) <= known, case
        assert len(set(case.events)) == len(case.events)
    assert all(not case.note for case in data.planted)
    assert all(case.note for case in data.near_misses)


@packs
def test_more_cases_are_planted_when_asked_for(pack):
    def count(cases: int) -> Counter[str]:
        data = pack.generate(Options(events=4_000, cases=cases))
        return Counter(case.rule for case in data.planted)

    one, five = count(1), count(5)
    assert one.keys() == five.keys()
    assert all(five[rule] == one[rule] * 5 or five[rule] - one[rule] == 4 for rule in one)


@packs
@settings(max_examples=5, deadline=None)
@given(events=st.integers(2_500, 6_000), seed=st.integers(0, 2**32))
def test_about_so_many_events_as_asked_for(pack, events, seed):
    data = pack.generate(Options(events=events, seed=seed))
    assert 0.75 * events <= len(data.rows) <= 1.25 * events


@packs
@settings(max_examples=5, deadline=None)
@given(bound=st.integers(0, 60_000), seed=st.integers(0, 2**32))
def test_shuffling_keeps_the_events_and_its_bound(pack, bound, seed):
    data = pack.generate(SMALL)
    shuffled = data.shuffled(bound, seed)
    assert shuffled.planted == data.planted
    key = lambda row: (row.ts, row.stream, str(row.values))  # noqa: E731
    assert sorted(shuffled.rows, key=key) == sorted(data.rows, key=key)
    newest = 0
    for row in shuffled.rows:
        newest = max(newest, row.ts)
        assert newest - row.ts <= bound


@pytest.mark.parametrize(
    ("pack", "options", "said"),
    [
        ("fraud", {"entities": 3}, "fraud: found 3 cards, expected 39 or more"),
        ("fraud", {"rate": 5.0, "events": 10}, "its cases need 57600 s"),
        (
            "fraud",
            {"entities": 50, "events": 60_000, "rate": 1.0},
            "take more entities or a lower rate",
        ),
        ("industrial", {"events": 100}, "take 760 events"),
        ("industrial", {"rate": 0.5}, "expected one in 0.5 to 12 s"),
        ("market", {"entities": 2}, "found 2 symbols"),
        ("security", {"cases": -1}, "cases -1: expected 0 or more"),
        ("supply_chain", {"rate": 0.0}, "rate 0.0: expected events per second, above 0"),
        ("finance", {"rate": 1.0}, "finance: 10000 events at 1 a second"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(pack, options, said):
    with pytest.raises(OptionError, match=said):
        find_pack(pack).generate(Options(**options))


def test_an_unknown_pack_is_named():
    with pytest.raises(OptionError, match=r"pack 'marke': there is none; did you mean 'market'\?"):
        find_pack("marke")
