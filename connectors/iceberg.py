"""The Iceberg catalog of a pipeline: opening it, creating its tables, letting them grow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pyiceberg.catalog import Catalog, load_catalog
from pyiceberg.exceptions import (
    CommitFailedException,
    NamespaceAlreadyExistsError,
    NoSuchTableError,
    TableAlreadyExistsError,
)
from pyiceberg.table import Table
from pyiceberg.types import IcebergType, ListType, MapType, StructType
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from connectors.tables import TableDefinition
from tidegate.errors import TableError

T = TypeVar("T")

# Every writer of a SQLite file waits this long for its turn, here and in the job's committers.
SQLITE_TIMEOUT_S = 60
ATTEMPTS = 5
TABLE_PROPERTIES = {
    "format-version": "2",
    # What Iceberg gives new tables since 1.4, but not those that PyIceberg creates; with gzip,
    # compression is the largest part of writing the events table.
    "write.parquet.compression-codec": "zstd",
    # A commit at every checkpoint would pile up metadata files.
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "100",
}


def python_properties(properties: Mapping[str, str]) -> dict[str, str]:
    """PyIceberg's form of the catalog properties that the job gives to Iceberg's Java library.

    One catalog, two libraries: `jdbc:sqlite:FILE` is SQLAlchemy's `sqlite:///FILE`, a REST
    catalog has the same properties in both.

    Raises:
        TableError: when the catalog implementation or its URI has no counterpart.
    """
    implementation = properties.get("catalog-impl", "")
    rest = {k: v for k, v in properties.items() if k not in ("catalog-impl", "clients")}
    if implementation.endswith("RESTCatalog"):
        return {**rest, "type": "rest"}
    if not implementation.endswith("JdbcCatalog"):
        raise TableError(
            f"catalog-impl is {implementation or 'missing'}, expected "
            "org.apache.iceberg.jdbc.JdbcCatalog or org.apache.iceberg.rest.RESTCatalog"
        )
    login = {k: rest.pop(f"jdbc.{k}", "") for k in ("user", "password")}
    uri = rest.pop("uri", "")
    rest = {k: v for k, v in rest.items() if not k.startswith("jdbc.")}
    return {**rest, "type": "sql", "uri": _sqlalchemy(uri, login["user"], login["password"])}


def _sqlalchemy(uri: str, user: str, password: str) -> str:
    """SQLAlchemy's form of a JDBC URI."""
    if uri.startswith("jdbc:sqlite:"):
        return f"sqlite:///{uri.removeprefix('jdbc:sqlite:')}?timeout={SQLITE_TIMEOUT_S}"
    if uri.startswith("jdbc:postgresql://"):
        parts = urlsplit(uri.removeprefix("jdbc:"))
        query = dict(parse_qsl(parts.query))
        user, password = query.pop("user", user), query.pop("password", password)
        login = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
        return urlunsplit(
            ("postgresql+psycopg2", login + parts.netloc, parts.path, urlencode(query), "")
        )
    raise TableError(
        f"catalog uri is {uri or 'missing'}, expected jdbc:sqlite:... or jdbc:postgresql://..."
    )


def open_catalog(name: str, properties: Mapping[str, str]) -> Catalog:
    """The catalog that the job writes to.

    The first to open a SQL catalog creates its tables; several may do so at once.

    Args:
        name: the catalog's name, a part of every row of a SQL catalog.
        properties: catalog properties as a plan holds them.

    Raises:
        TableError: when it cannot be reached.
    """
    translated = python_properties(properties)
    uri = translated.get("uri", "")
    if uri.startswith("sqlite:///"):
        file = Path(uri.removeprefix("sqlite:///").split("?")[0])
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TableError(f"catalog {name}: {file.parent}: {error.strerror}") from error
    # The loser of a race to create the catalog's own tables finds them at its next attempt.
    return _retry(f"catalog {name}", OperationalError, lambda: load_catalog(name, **translated))


def ensure_tables(
    catalog: Catalog, namespace: str, definitions: Iterable[TableDefinition]
) -> list[str]:
    """Create the tables that are missing and add the columns that existing ones lack.

    Nothing else is changed; called again, or by several processes at once, it does no harm.

    Returns:
        One line for each table that was created or got a column.

    Raises:
        TableError: when the catalog refuses, or a column has another type than the job writes.
    """
    # The loser of a race to create the namespace finds it at its next attempt.
    _retry(
        f"catalog {catalog.name}",
        (IntegrityError, OperationalError),
        lambda: _ensure_namespace(catalog, namespace),
    )
    changes: list[str] = []
    for definition in definitions:
        where = f"{namespace}.{definition.name}"
        changes += _retry(
            f"table {where}",
            (CommitFailedException, OperationalError),
            lambda where=where, definition=definition: _ensure(catalog, where, definition),  # type: ignore[misc]
        )
    return changes


def missing_tables(
    catalog: Catalog, namespace: str, definitions: Iterable[TableDefinition]
) -> list[str]:
    """What `ensure_tables` would change, or cannot: one line a table; empty when all is well."""
    lines: list[str] = []
    for definition in definitions:
        where = f"{namespace}.{definition.name}"
        try:
            table = catalog.load_table(where)
        except NoSuchTableError:
            lines.append(f"table {where} does not exist")
            continue
        lines += [f"table {where}: {text}" for text in _conflicts(table, definition)]
        lines += [
            f"table {where} lacks column {column.name}"
            for column in definition.columns
            if column.name not in table.schema().column_names
        ]
    return lines


def _ensure_namespace(catalog: Catalog, namespace: str) -> None:
    with suppress(NamespaceAlreadyExistsError):
        catalog.create_namespace(namespace)


def _ensure(catalog: Catalog, where: str, definition: TableDefinition) -> list[str]:
    """Create or grow one table; what was changed."""
    try:
        table = catalog.load_table(where)
    except NoSuchTableError:
        try:
            catalog.create_table(
                where,
                definition.schema(),
                partition_spec=definition.partitions(),
                properties={**TABLE_PROPERTIES, "comment": definition.doc},
            )
        except TableAlreadyExistsError:
            table = catalog.load_table(where)
        else:
            return [f"created table {where}"]
    if conflicts := _conflicts(table, definition):
        raise TableError(f"table {where}: {'; '.join(conflicts)}")
    have = {field.name for field in table.schema().fields}
    new = [column for column in definition.columns if column.name not in have]
    if not new:
        return []
    with table.update_schema() as update:
        for column in new:
            # Rows from before have no value, so a new column is never required.
            update.add_column(column.name, column.type, column.doc)
    return [f"added column {column.name} to table {where}" for column in new]


def _conflicts(table: Table, definition: TableDefinition) -> list[str]:
    """Columns that have another type than the job writes, or that it could not fill."""
    wanted = {column.name: column for column in definition.columns}
    conflicts = []
    for field in table.schema().fields:
        if field.name not in wanted:
            if field.required:
                conflicts.append(f"requires column {field.name}, which the job does not fill")
        elif _shape(field.field_type) != _shape(wanted[field.name].type):
            conflicts.append(
                f"column {field.name} is {_shape(field.field_type)}, "
                f"expected {_shape(wanted[field.name].type)}"
            )
    return conflicts


def _shape(type_: IcebergType) -> str:
    """A type as text, without ids, docs and nullability."""
    if isinstance(type_, ListType):
        return f"list<{_shape(type_.element_type)}>"
    if isinstance(type_, MapType):
        return f"map<{_shape(type_.key_type)}, {_shape(type_.value_type)}>"
    if isinstance(type_, StructType):
        return f"struct<{', '.join(f'{f.name}: {_shape(f.field_type)}' for f in type_.fields)}>"
    return str(type_)


def _retry(
    what: str, errors: type[Exception] | tuple[type[Exception], ...], action: Callable[[], T]
) -> T:
    """Result of `action`, tried again when another process was faster."""
    for attempt in range(ATTEMPTS):
        try:
            return action()
        except errors as error:
            if attempt == ATTEMPTS - 1:
                raise TableError(f"{what}: {_first_line(error)}") from error
            time.sleep(0.05 * 2**attempt)
        except (SQLAlchemyError, OSError) as error:
            raise TableError(f"{what}: {_first_line(error)}") from error
    raise AssertionError("unreachable")


def _first_line(error: BaseException) -> str:
    """First line of an error's text."""
    return next(iter(str(error).splitlines()), type(error).__name__)
