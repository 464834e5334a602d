"""Schemas of what crosses a boundary: events, alerts, rules, pipelines, plans.

Avro schemas describe messages on topics, JSON schemas describe documents. Nothing here imports the
rest of the project, so any consumer may read them without it.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def text(name: str) -> str:
    """Text of the schema file `name`, such as `alert.avsc` or `plan.schema.json`.

    Raises:
        FileNotFoundError: when there is no such schema.
    """
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def load(name: str) -> dict[str, Any]:
    """The schema file `name`, parsed; a fresh object at every call.

    Raises:
        FileNotFoundError: when there is no such schema.
    """
    schema: dict[str, Any] = json.loads(text(name))
    return schema


def names() -> list[str]:
    """Names of all schema files, sorted."""
    return sorted(
        entry.name
        for entry in files(__name__).iterdir()
        if entry.name.endswith((".avsc", ".schema.json"))
    )
