"""Summary templates: text with expressions in braces, `card {key}: {big.last.amount:.2f}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tidegate.expression import to_json
from tidegate.parser import parse_expression
from tidegate.scope import Scope, located
from tidegate.streams import FieldType
from tidegate.syntax import one_line

# Python's format specifications as far as the job renders them.
_FORMAT = re.compile(
    r"(?:.?[<>=^])?[-+ ]?0?\d{0,3}[,_]?(?P<precision>\.\d{1,3})?(?P<type>[sdfFeE%])?"
)
_SAMPLES: dict[FieldType, float | int | str] = {FieldType.DOUBLE: 1.5, FieldType.LONG: 1}


@dataclass(frozen=True, slots=True)
class _Hole:
    text: str
    format: str | None
    column: int


def compile_summary(template: str, scope: Scope) -> list[dict[str, Any]]:
    """The plan's form of a template: texts and expressions in turn.

    `{{` and `}}` stand for braces. Formats are Python's: `.2f`, `,d`, `>8s`; `s` fits anything.

    Raises:
        ExpressionError: when a brace is not closed, or an expression or its format does not fit.
    """
    template = one_line(template)
    parts: list[dict[str, Any]] = []
    for part in _split(template, scope.place):
        if isinstance(part, str):
            parts.append({"text": part})
            continue
        inner = Scope(
            f"{scope.place} at column {part.column + 1}",
            stages=scope.stages,
            unreachable=scope.unreachable,
            parameters=scope.parameters,
            match_times=scope.match_times,
        )
        expression = parse_expression(part.text, inner)
        if part.format is not None and not _fits(part.format, expression.type):
            problem = (
                f"format '{part.format}' does not fit a {expression.type}; "
                "expected such as .2f for numbers, d for a long, s for anything"
            )
            raise located(scope.place, template, part.column, len(part.text), problem)
        parts.append({"expression": to_json(expression), "format": part.format})
    return parts


def _fits(form: str, kind: FieldType) -> bool:
    parts = _FORMAT.fullmatch(form)
    if form in ("", "s") or parts is None:
        return parts is not None
    if kind.numeric and parts["precision"] and not parts["type"]:
        return False  # Python would choose between two notations by size
    try:
        format(_SAMPLES.get(kind, ""), form)
    except ValueError:
        return False
    return True


def holes(template: str, place: str) -> list[str]:
    """Texts of the expressions in a template.

    Raises:
        ExpressionError: when a brace is not closed.
    """
    return [part.text for part in _split(one_line(template), place) if isinstance(part, _Hole)]


def _split(template: str, place: str) -> Iterator[str | _Hole]:
    text, index = "", 0
    while index < len(template):
        char = template[index]
        if template[index : index + 2] in ("{{", "}}"):
            text, index = text + char, index + 2
        elif char == "}":
            raise located(place, template, index, 1, "a single '}'; write '}}' for a brace")
        elif char == "{":
            if text:
                yield text
                text = ""
            hole, index = _hole(template, index, place)
            yield hole
        else:
            text, index = text + char, index + 1
    if text:
        yield text


def _hole(template: str, begin: int, place: str) -> tuple[_Hole, int]:
    """The hole whose brace opens at `begin`, and the index after its closing brace."""
    quote, depth, colon = "", 0, None
    for index in range(begin + 1, len(template)):
        char = template[index]
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == ":" and depth == 0 and colon is None:
            colon = index
        elif char == "}":
            end = index if colon is None else colon
            form = None if colon is None else template[colon + 1 : index]
            return _Hole(template[begin + 1 : end], form, begin + 1), index + 1
    raise located(place, template, begin, 1, "'{' is not closed")
