from __future__ import annotations

import dataclasses
import datetime
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyiceberg.catalog import Catalog
from pyiceberg.types import LongType, StringType

from connectors.iceberg import ensure_tables, missing_tables, open_catalog, python_properties
from connectors.tables import ALERTS, LATE_EVENTS, TABLES, Column, events_table, tables_of_plan
from tidegate.errors import TableError

FIELDS = [{"name": "robot_id", "type": "string"}, {"name": "current_0", "type": "double"}]


def properties(folder: Path) -> dict[str, str]:
    return {
        "catalog-impl": "org.apache.iceberg.jdbc.JdbcCatalog",
        "uri": f"jdbc:sqlite:{folder}/lake/catalog.db",
        "jdbc.schema-version": "V1",
        "clients": "1",
        "warehouse": f"file://{folder}/lake/warehouse",
    }


def close(catalog: Catalog) -> None:
    catalog.close()


def open_in(folder: Path) -> Catalog:
    return open_catalog("lake", properties(folder))


def rows(partition: int, count: int) -> pa.Table:
    """Late events of one partition, spread over three days."""
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    columns = {
        "stream": pa.array(["joints"] * count),
        "event_time": pa.array(
            [day + datetime.timedelta(days=i % 3) for i in range(count)],
            pa.timestamp("us", tz="UTC"),
        ),
        "topic": pa.array(["t"] * count),
        "partition": pa.array([partition] * count, pa.int32()),
        "offset": pa.array(range(count), pa.int64()),
    }
    names = ["stream", "event_time", "topic", "partition", "offset"]
    required = pa.schema([pa.field(n, columns[n].type, nullable=False) for n in names])
    return pa.table(columns, schema=required)


def create_all(folder: str) -> list[str]:
    catalog = open_in(Path(folder))
    try:
        return ensure_tables(catalog, "cobot", TABLES.values())
    finally:
        close(catalog)


def append_repeatedly(folder: str, number: int) -> None:
    catalog = open_in(Path(folder))
    try:
        definition = dataclasses.replace(LATE_EVENTS, name=f"late_{number}")
        ensure_tables(catalog, "cobot", [definition])
        table = catalog.load_table(f"cobot.late_{number}")
        for _ in range(8):
            table.append(rows(number, 3))
    finally:
        close(catalog)


def test_tables_are_created_once_and_a_second_call_changes_nothing(tmp_path: Path) -> None:
    catalog = open_in(tmp_path)
    definitions = [*TABLES.values(), events_table("joints", FIELDS)]
    assert missing_tables(catalog, "cobot", definitions) == [
        f"table cobot.{d.name} does not exist" for d in definitions
    ]
    assert len(ensure_tables(catalog, "cobot", definitions)) == len(definitions)
    assert ensure_tables(catalog, "cobot", definitions) == []
    assert missing_tables(catalog, "cobot", definitions) == []
    close(catalog)


def test_every_column_is_documented_in_the_catalog(tmp_path: Path) -> None:
    catalog = open_in(tmp_path)
    ensure_tables(catalog, "cobot", TABLES.values())
    for name in TABLES:
        for field in catalog.load_table(f"cobot.{name}").schema().fields:
            assert field.doc, f"{name}.{field.name}"
    close(catalog)


def test_rows_land_in_hidden_day_partitions(tmp_path: Path) -> None:
    catalog = open_in(tmp_path)
    ensure_tables(catalog, "cobot", [LATE_EVENTS])
    table = catalog.load_table("cobot.late_events")
    table.append(rows(0, 7))
    assert len(table.inspect.partitions()) == 3
    assert table.scan("event_time < '2026-01-02T00:00:00+00:00'").to_arrow().num_rows == 3
    close(catalog)


def test_two_processes_create_the_same_tables_at_once(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        created = [line for part in pool.map(create_all, [str(tmp_path)] * 2) for line in part]
    assert sorted(created) == sorted(f"created table cobot.{name}" for name in TABLES)


def test_several_committers_share_one_sqlite_file(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        list(pool.map(append_repeatedly, [str(tmp_path)] * 4, range(4)))
    catalog = open_in(tmp_path)
    for number in range(4):
        assert catalog.load_table(f"cobot.late_{number}").scan().to_arrow().num_rows == 24
    close(catalog)


def test_a_new_column_is_added_and_old_rows_keep_null_there(tmp_path: Path) -> None:
    catalog = open_in(tmp_path)
    ensure_tables(catalog, "cobot", [LATE_EVENTS])
    catalog.load_table("cobot.late_events").append(rows(0, 3))
    grown = dataclasses.replace(
        LATE_EVENTS, columns=(*LATE_EVENTS.columns, Column("site", StringType(), "Plant.", True))
    )
    assert missing_tables(catalog, "cobot", [grown]) == [
        "table cobot.late_events lacks column site"
    ]
    assert ensure_tables(catalog, "cobot", [grown]) == [
        "added column site to table cobot.late_events"
    ]
    table = catalog.load_table("cobot.late_events")
    assert table.scan().to_arrow().column("site").to_pylist() == [None] * 3
    # An older job meets the grown table: nothing to do, nothing refused.
    assert ensure_tables(catalog, "cobot", [LATE_EVENTS]) == []
    close(catalog)


def test_a_column_of_another_type_is_refused_with_both_types(tmp_path: Path) -> None:
    catalog = open_in(tmp_path)
    ensure_tables(catalog, "cobot", [LATE_EVENTS])
    other = dataclasses.replace(
        LATE_EVENTS,
        columns=tuple(
            dataclasses.replace(c, type=LongType()) if c.name == "stream" else c
            for c in LATE_EVENTS.columns
        ),
    )
    expected = "table cobot.late_events: column stream is string, expected long"
    with pytest.raises(TableError, match=expected):
        ensure_tables(catalog, "cobot", [other])
    assert missing_tables(catalog, "cobot", [other]) == [expected]
    close(catalog)


def test_a_required_column_that_the_job_does_not_fill_is_refused(tmp_path: Path) -> None:
    catalog = open_in(tmp_path)
    grown = dataclasses.replace(
        LATE_EVENTS, columns=(*LATE_EVENTS.columns, Column("site", StringType(), "Plant.", True))
    )
    ensure_tables(catalog, "cobot", [grown])
    with pytest.raises(TableError, match="requires column site, which the job does not fill"):
        ensure_tables(catalog, "cobot", [LATE_EVENTS])
    close(catalog)


def test_a_catalog_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("a file where the folder should be")
    with pytest.raises(TableError, match=r"catalog lake: .*lake") as caught:
        open_in(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "catalog.db").write_text("not a database " * 100)
    with pytest.raises(TableError, match="file is not a database") as caught:
        open_in(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_postgresql_catalog_is_translated_with_its_login() -> None:
    translated = python_properties(
        {
            "catalog-impl": "org.apache.iceberg.jdbc.JdbcCatalog",
            "uri": "jdbc:postgresql://db:5432/lake?sslmode=require",
            "jdbc.user": "flink",
            "jdbc.password": "a/b@c",
            "warehouse": "s3://bucket/lake",
        }
    )
    assert translated == {
        "type": "sql",
        "uri": "postgresql+psycopg2://flink:a%2Fb%40c@db:5432/lake?sslmode=require",
        "warehouse": "s3://bucket/lake",
    }


def test_a_rest_catalog_keeps_its_properties() -> None:
    given_properties = {"uri": "http://host:8181", "warehouse": "lake", "token": "t"}
    translated = python_properties(
        {**given_properties, "catalog-impl": "org.apache.iceberg.rest.RESTCatalog"}
    )
    assert translated == {**given_properties, "type": "rest"}


@given(st.text("abc", max_size=5))
def test_an_unknown_catalog_implementation_is_named(implementation: str) -> None:
    with pytest.raises(TableError, match="catalog-impl is"):
        python_properties({"catalog-impl": implementation})


def test_only_stored_streams_get_a_table_of_events() -> None:
    plan = {
        "sinks": {"iceberg": {"tables": ["alerts"]}},
        "streams": [
            {"name": "a", "fields": FIELDS, "store": True},
            {"name": "b", "fields": FIELDS, "store": False},
        ],
    }
    assert [t.name for t in tables_of_plan(plan)] == ["alerts", "events_a"]
    assert tables_of_plan({**plan, "sinks": {"iceberg": None}}) == []


def test_the_alerts_table_has_every_field_of_the_alert_message() -> None:
    import schemas

    renamed = {"window": {"window_start", "window_end", "window_first", "window_last"}}
    renamed["model"] = {"model_name", "model_version", "model_sha256", "provider"}
    columns = {column.name for column in ALERTS.columns}
    for field in schemas.load("alert.avsc")["fields"]:
        assert renamed.get(field["name"], {field["name"]}) <= columns
