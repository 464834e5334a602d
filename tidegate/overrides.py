"""Settings of a document from the command line: `--set key=value`."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

import yaml

from tidegate.errors import OptionError


def override(document: Any, assignments: Iterable[str], place: str) -> Any:
    """A copy of a document with values set.

    Args:
        document: mappings and sequences, as YAML gives them.
        assignments: `key=value`; the key is a dotted path (`streams.joints.start`, a number picks
            from a sequence), the value is YAML (`5s`, `true`, `[a, b]`).
        place: the document's name, for messages.

    Raises:
        OptionError: when an assignment has no `=`, its value is no YAML, or its path leads
            through something that has no keys.
    """
    document = copy.deepcopy(document)
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals or not key:
            raise OptionError(f"--set {assignment}: expected key=value")
        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise OptionError(f"--set {assignment}: the value is not YAML") from error
        _assign(document, key.split("."), value, f"--set {assignment}: {place}")
    return document


def _assign(node: Any, path: list[str], value: Any, place: str) -> None:
    """Set what `path` leads to; mappings on the way are made where they are missing."""
    for depth, name in enumerate(path):
        last = depth == len(path) - 1
        if isinstance(node, dict):
            if last:
                node[name] = value
            else:
                node = node.setdefault(name, {})
        elif isinstance(node, list) and name.isdecimal() and int(name) < len(node):
            if last:
                node[int(name)] = value
            else:
                node = node[int(name)]
        else:
            shown = ".".join(path[:depth]) or "the document"
            raise OptionError(f"{place}: {shown} has nothing named {name}")
