from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain_table import DomainTable
from models.errors import CardError

NAMES = ("mean(a)", "deviation(a)")
FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)


def table(**rows: tuple[float, float]) -> DomainTable:
    found = {key: np.array(row, np.float32) for key, row in rows.items()}
    return DomainTable(NAMES, np.array([1, 2], np.float32), found)


@given(st.lists(st.tuples(FLOATS, FLOATS), min_size=1, max_size=5))
def test_what_is_written_is_read_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, float]]
) -> None:
    written = table(**{f"r{at}": row for at, row in enumerate(rows)})
    found = DomainTable.read(written.write(tmp_path_factory.mktemp("t")), NAMES)
    keys = list(written.rows)
    assert found.of(keys).numbers.tobytes() == written.of(keys).numbers.tobytes()
    assert found.default.tobytes() == written.default.tobytes()


def test_an_unknown_key_has_the_default_s_numbers_and_is_told() -> None:
    found = table(b=(3, 4), a=(5, 6)).of(["a", "nobody", "b", "a"])
    np.testing.assert_array_equal(found.numbers, [[5, 6], [1, 2], [3, 4], [5, 6]])
    assert found.known.tolist() == [True, False, True, True]


def test_the_file_has_few_digits_and_a_line_for_each_number(tmp_path: Path) -> None:
    text = table(b=(0.1, 4), a=(5, 6)).write(tmp_path).read_text()
    assert text.index('"a"') < text.index('"b"')
    assert '      "mean(a)": 0.1,\n' in text


def test_the_order_is_the_card_s_whatever_the_file_s(tmp_path: Path) -> None:
    path = table(a=(5, 6)).write(tmp_path)
    found = DomainTable.read(path, NAMES[::-1])
    np.testing.assert_array_equal(found.rows["a"], [6, 5])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"mean(a)": 1.0}, r"domain r: deviation\(a\) in one of"),
        ({"mean(a)": 1.0, "deviation(a)": 2.0, "more": 0.0}, "domain r: more in one of"),
        ({"mean(a)": "one", "deviation(a)": 2.0}, "domain r: expected numbers"),
        ({"mean(a)": [1.0, 2.0], "deviation(a)": [1.0, 2.0]}, "domain r: expected finite numbers"),
        ({"mean(a)": None, "deviation(a)": 2.0}, "domain r: expected finite numbers"),
        (7, "domain r: deviation"),
    ],
)
def test_a_row_that_is_none_is_named(tmp_path: Path, row: object, said: str) -> None:
    path = tmp_path / "domains.json"
    default = {"mean(a)": 1.0, "deviation(a)": 2.0}
    path.write_text(json.dumps({"default": default, "domains": {"r": row}}))
    with pytest.raises(CardError, match=said):
        DomainTable.read(path, NAMES)


@pytest.mark.parametrize("text", ["", "[]", '{"domains": {}}', '{"default": {}, "domains": 3}'])
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "domains.json"
    path.write_text(text)
    with pytest.raises(CardError, match=r"domains.json: cannot be read"):
        DomainTable.read(path, NAMES)
