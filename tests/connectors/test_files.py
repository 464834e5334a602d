from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from connectors.files import EventFile, Row
from tidegate.errors import FileFormatError


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_csv_rows_carry_their_line_numbers_and_empty_cells_are_none(tmp_path: Path) -> None:
    file = EventFile(written(tmp_path / "a.csv", 'x,y\n1,\n\n"two\nlines",3\n'))
    assert file.columns == ["x", "y"]
    assert list(file) == [Row(2, {"x": "1", "y": None}), Row(5, {"x": "two\nlines", "y": "3"})]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(delimiter: str, tmp_path: Path) -> None:
    text = f"\ufeffa{delimiter}b\r\n1{delimiter}2\r\n"
    assert list(EventFile(written(tmp_path / "a.csv", text))) == [Row(2, {"a": "1", "b": "2"})]


def test_one_bad_line_costs_one_row(tmp_path: Path) -> None:
    file = EventFile(written(tmp_path / "a.csv", b"x,y\n1,2\n3\n4,\xff\n5,6\n"))
    rows = list(file)
    assert [row.number for row in rows] == [2, 3, 4, 5]
    problems = [None, "found 1 cells, expected 2", "not UTF-8", None]
    assert [row.problem for row in rows] == problems


def test_jsonl_rows_that_are_no_objects_are_reported(tmp_path: Path) -> None:
    file = EventFile(written(tmp_path / "a.jsonl", b'{"a": 1}\n\n[1]\nnope\n{"a": "\xff"}\n'))
    rows = list(file)
    assert [row.number for row in rows] == [1, 3, 4, 5]
    assert rows[0] == Row(1, {"a": 1})
    assert rows[1].problem == "found a JSON list, expected an object"
    assert all(row.problem and row.problem.startswith("not JSON") for row in rows[2:])


def test_parquet_rows_keep_their_types(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"n": [1, None], "s": ["a", "b"]}), path)
    file = EventFile(path)
    assert file.columns == ["n", "s"]
    assert file.count() == 2
    assert list(file) == [Row(1, {"n": 1, "s": "a"}), Row(2, {"n": None, "s": "b"})]


def test_compressed_text_is_read(tmp_path: Path) -> None:
    file = EventFile(written(tmp_path / "a.jsonl.gz", gzip.compress(b'{"a": 1}\n')))
    assert list(file) == [Row(1, {"a": 1})]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", r"a\.csv: no header line"),
        ("a.csv", "x,x\n", r"a\.csv: column 'x' occurs more than once"),
        ("a.xlsx", "", r"a\.xlsx: unknown kind of file '\.xlsx'; expected \.csv"),
        ("a.parquet", "x,y\n", r"a\.parquet: not a Parquet file"),
        ("a.csv.gz", "x,y\n", r"a\.csv\.gz: Not a gzipped file"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    name: str, content: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(FileFormatError, match=message):
        EventFile(written(tmp_path / name, content))


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"none\.csv: no such file"):
        EventFile(tmp_path / "none.csv")
    (tmp_path / "f.csv").mkdir()
    with pytest.raises(FileFormatError, match=r"f\.csv: is a folder"):
        EventFile(tmp_path / "f.csv")


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    file = EventFile(written(tmp_path / "a.csv", "x,y\n"))
    assert list(file) == []
    assert file.count() == 0


@given(
    rows=st.lists(
        st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
            st.none()
            | st.booleans()
            | st.integers(-(2**53), 2**53)
            | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
            max_size=4,
        ),
        max_size=8,
    )
)
def test_what_was_written_as_jsonl_is_what_is_read(
    rows: list[dict[str, object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert [row.values for row in EventFile(path)] == rows
