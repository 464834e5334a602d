"""Reads YAML documents and reports what is wrong in them by file, place and key."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WithJsonSchema

from tidegate.durations import parse_duration
from tidegate.errors import DocumentError


class _Loader(yaml.SafeLoader):
    """YAML with the booleans of version 1.2, no implicit dates, and no repeated keys.

    Version 1.1 reads the key `on` as true and the text 12:30 as a number.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, str | int) and key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} occurs twice", key_node.start_mark
                )
            if isinstance(key, str | int):
                seen.add(key)
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag.rpartition(":")[2] not in ("bool", "timestamp", "int", "float")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first)
    )


def _decimal(loader: _Loader, node: yaml.ScalarNode) -> int:
    return int(loader.construct_scalar(node))


# The ordinary constructor reads 010 as eight.
_Loader.add_constructor("tag:yaml.org,2002:int", _decimal)


def read_text(path: Path) -> str:
    """Text of a file.

    Raises:
        DocumentError: when the file is missing, unreadable or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DocumentError(f"{shown_path(path)}: no such file") from error
    except OSError as error:
        raise DocumentError(f"{shown_path(path)}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DocumentError(f"{shown_path(path)}: not UTF-8: {error}") from error


def read_documents(path: Path) -> list[Any]:
    """All YAML documents of a file, empty ones left out.

    Raises:
        DocumentError: when the file is missing, unreadable, not UTF-8 or not YAML.
    """
    text, path = read_text(path), Path(shown_path(path))
    try:
        documents = list(yaml.load_all(text, _Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise DocumentError(f"{path}{line}: not YAML: {error.problem or error.context}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise DocumentError(f"{path}: not YAML: {error}") from error
    return [document for document in documents if document is not None]


Duration = Annotated[
    int,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": r"^([0-9]+(ms|s|m|h|d))+$"}),
]
"""A duration as people write it, in milliseconds once read."""


class Document(BaseModel):
    """Base of what people write: unknown keys are refused, values are not changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


D = TypeVar("D", bound=Document)


def read_as(model: type[D], value: object, place: str) -> D:
    """`value` as a document.

    Args:
        model: the form it must have.
        value: what YAML gave.
        place: file and part, for errors.

    Raises:
        DocumentError: with a line for every key that does not fit.
    """
    if not isinstance(value, Mapping):
        raise DocumentError(
            f"{place}: found {_shown(value)}, expected a mapping with {', '.join(_keys(model))}"
        )
    try:
        return model.model_validate(value)
    except ValidationError as error:
        lines = dict.fromkeys(_lines(model, error, place))
        raise DocumentError("\n".join(lines)) from error


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _lines(model: type[BaseModel], error: ValidationError, place: str) -> Iterator[str]:
    for detail in error.errors():
        # Pydantic adds the names of union members to the path; only keys and indexes are ours.
        path = [str(step) for step in detail["loc"] if not re.search(r"[\[\]()]", str(step))]
        path = [
            step
            for step in path
            if step not in ("str", "int", "float", "bool", "list", "dict", "ParameterDocument")
        ]
        where = f"{place}: {'.'.join(path)}"
        if detail["type"] == "extra_forbidden":
            close = difflib.get_close_matches(path[-1], _keys(model), n=1)
            hint = f"did you mean '{close[0]}'?" if close and len(path) == 1 else ""
            known = f"known: {', '.join(_keys(model))}" if len(path) == 1 else "remove it"
            yield f"{where}: unknown key; {hint or known}"
        elif detail["type"] == "missing":
            yield f"{where}: missing; add it"
        else:
            message = detail["msg"].removeprefix("Value error, ")
            yield f"{where}: found {_shown(detail['input'])}: {message[:1].lower()}{message[1:]}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
"""`${NAME}` and `${NAME:-default}`."""


def substitute(value: Any, environment: Mapping[str, str], place: str) -> Any:
    """`${NAME}` and `${NAME:-default}` in all strings replaced from the environment.

    An empty variable counts as unset, as in a shell. Keys are left as they are.

    Raises:
        DocumentError: when a variable without default is not set.
    """
    if isinstance(value, Mapping):
        return {
            key: substitute(each, environment, f"{place}: {key}") for key, each in value.items()
        }
    if isinstance(value, list):
        return [substitute(each, environment, place) for each in value]
    if not isinstance(value, str):
        return value

    def replace(found: re.Match[str]) -> str:
        name, default = found.groups()
        if text := environment.get(name):
            return text
        if default is None:
            raise DocumentError(
                f"{place}: the environment variable {name} is not set; "
                f"set it or write ${{{name}:-default}}"
            )
        return str(default)

    return VARIABLE.sub(replace, value)


def shown_path(path: Path) -> str:
    """A path for a message: relative to the current folder when it lies inside it."""
    try:
        return os.fspath(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return os.fspath(path)
