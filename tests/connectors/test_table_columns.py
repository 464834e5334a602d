"""The tables that PyIceberg creates have the columns that the job's sinks fill."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from pyiceberg.types import IcebergType, ListType, MapType, StructType

from connectors.tables import BYTES, DOUBLE, FIELD_TYPES, INT, LONG, TABLES, TEXT, events_table

ROOT = Path(__file__).parents[2]
JAR = ROOT / "operators" / "target" / "tidegate-operators.jar"
PRINTER = Path(__file__).with_name("TableColumns.java")
FLINK_TYPES = {
    TEXT: "VARCHAR(2147483647)",
    FIELD_TYPES["timestamp"]: "TIMESTAMP(6) WITH LOCAL TIME ZONE",
    INT: "INT",
    LONG: "BIGINT",
    DOUBLE: "DOUBLE",
    FIELD_TYPES["boolean"]: "BOOLEAN",
    BYTES: "VARBINARY(2147483647)",
}

pytestmark = pytest.mark.skipif(
    not JAR.is_file() or shutil.which("java") is None,
    reason="needs the operators jar (make setup) and a JDK",
)


def flink_type(kind: IcebergType) -> str:
    """The type as Flink writes it."""
    match kind:
        case ListType():
            return f"ARRAY<{flink_type(kind.element_type)}>"
        case MapType():
            return f"MAP<{flink_type(kind.key_type)}, {flink_type(kind.value_type)}>"
        case StructType():
            fields = (f"`{field.name}` {flink_type(field.field_type)}" for field in kind.fields)
            return f"ROW<{', '.join(fields)}>"
    return FLINK_TYPES.get(kind, str(kind).upper())


def test_both_sides_have_the_same_columns_in_the_same_order() -> None:
    wheel = find_spec("pyflink")
    assert wheel is not None
    assert wheel.origin is not None
    flink = (Path(wheel.origin).parent / "lib").glob("flink-*.jar")
    printed = subprocess.run(
        ["java", "-cp", os.pathsep.join(map(str, [JAR, *flink])), str(PRINTER)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert printed.returncode == 0, printed.stderr
    filled: dict[str, list[tuple[str, str]]] = {}
    for line in printed.stdout.splitlines():
        table, column, kind = line.split("\t")
        filled.setdefault(table, []).append((column, kind))

    every_type = events_table("all", [{"name": f"a_{each}", "type": each} for each in FIELD_TYPES])
    created = {**TABLES, every_type.name: every_type}
    assert filled.keys() == created.keys()
    for name, table in created.items():
        columns = [(column.name, flink_type(column.type)) for column in table.columns]
        assert filled[name] == columns, name
