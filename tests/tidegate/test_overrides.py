from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import OptionError
from tidegate.overrides import override

DOCUMENT = {"streams": {"joints": {"start": "earliest"}}, "rules": ["a.yaml", "b.yaml"]}


def test_a_dotted_key_sets_one_value_and_leaves_the_document_alone() -> None:
    changed = override(DOCUMENT, ["streams.joints.start=latest", "rules.1=c.yaml"], "p")
    assert changed["streams"]["joints"]["start"] == "latest"
    assert changed["rules"] == ["a.yaml", "c.yaml"]
    assert DOCUMENT["rules"] == ["a.yaml", "b.yaml"]


def test_values_are_yaml_and_missing_mappings_are_made() -> None:
    changed = override(DOCUMENT, ["model.threshold=0.5", "x.list=[1, two]", "x.none="], "p")
    assert changed["model"] == {"threshold": 0.5}
    assert changed["x"] == {"list": [1, "two"], "none": None}


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("alerts", "expected key=value"),
        ("=x", "expected key=value"),
        ("a=[1", "the value is not YAML"),
        ("rules.7=x", "p: rules has nothing named 7"),
        ("streams.joints.start.deep=x", "p: streams.joints.start has nothing named deep"),
    ],
)
def test_what_cannot_be_set_is_named(assignment: str, message: str) -> None:
    with pytest.raises(OptionError, match=f"--set .*{message}"):
        override(DOCUMENT, [assignment], "p")


@given(st.text(st.characters(categories=["L"]), min_size=1), st.integers())
def test_the_last_assignment_wins(name: str, number: int) -> None:
    assert override({}, [f"{name}=0", f"{name}={number}"], "p") == {name: number}
