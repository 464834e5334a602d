"""The Iceberg catalog of a pipeline, named so that PyIceberg and Flink mean the same one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tidegate.errors import DocumentError

_JDBC = "org.apache.iceberg.jdbc.JdbcCatalog"
_REST = "org.apache.iceberg.rest.RESTCatalog"


@dataclass(frozen=True)
class IcebergSink:
    """Tables a pipeline writes.

    Attributes:
        catalog: name of the catalog; equal on both sides.
        uri: for PyIceberg: `sqlite:///FILE`, `postgresql+psycopg2://...` or `http(s)://...`.
        warehouse: URL of the folder that holds the tables; equal on both sides.
        namespace: namespace of the tables.
        tables: tables to write.
        properties: properties of Flink's catalog.
    """

    catalog: str
    uri: str
    warehouse: str
    namespace: str
    tables: tuple[str, ...]
    properties: Mapping[str, str]

    @classmethod
    def resolve(
        cls,
        catalog: str,
        uri: str,
        warehouse: str,
        namespace: str,
        tables: Sequence[str],
        properties: Mapping[str, str],
        place: str,
    ) -> IcebergSink:
        """A sink with absolute paths; relative ones start at the current folder.

        Raises:
            DocumentError: when the catalog is of a kind that is not known.
        """
        if warehouse.startswith("file://") or "://" not in warehouse:
            warehouse = f"file://{_absolute(warehouse.removeprefix('file://'), place)}"
        scheme, _, rest = uri.partition("://")
        if scheme == "sqlite":
            file = _absolute(rest.removeprefix("/"), place)
            uri, flink = f"sqlite:///{file}", _jdbc(f"jdbc:sqlite:{file}") | {"clients": "1"}
        elif scheme.partition("+")[0] == "postgresql":
            flink = _postgresql(uri)
        elif scheme in ("http", "https"):
            flink = {"catalog-impl": _REST, "uri": uri}
        else:
            raise DocumentError(
                f"{place}: uri: found {scheme}://, expected sqlite:///FILE, "
                "postgresql://USER:PASSWORD@HOST/DATABASE or http(s)://HOST of a REST catalog"
            )
        flink |= {"warehouse": warehouse, **properties}
        return cls(catalog, uri, warehouse, namespace, tuple(tables), flink)


def _absolute(path: str, place: str) -> str:
    if not path:
        raise DocumentError(f"{place}: a path is empty; name a file or folder")
    return str(Path(path).absolute())


def _jdbc(uri: str) -> dict[str, str]:
    return {"catalog-impl": _JDBC, "uri": uri, "jdbc.schema-version": "V1"}


def _postgresql(uri: str) -> dict[str, str]:
    """JDBC takes user and password beside the address, SQLAlchemy inside it."""
    parts = urlsplit(uri)
    host = f"{parts.hostname or 'localhost'}" + (f":{parts.port}" if parts.port else "")
    flink = _jdbc(f"jdbc:postgresql://{host}{parts.path}")
    if parts.username:
        flink["jdbc.user"] = unquote(parts.username)
    if parts.password:
        flink["jdbc.password"] = unquote(parts.password)
    return flink
