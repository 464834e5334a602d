"""From the text of an expression to Python's syntax tree, with parameters and columns kept."""

from __future__ import annotations

import ast
import re

from tidegate.errors import ExpressionError
from tidegate.scope import located

# `$limit` is no Python name. A letter that no keyboard has stands in for the sign.
PARAMETER_MARK = "\u01c2"
_TOKEN = re.compile(
    r"""(?P<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
    r"""|(?P<parameter>(?<!\w)\$(?=[A-Za-z_]))|(?P<other>[$#\u01c2])"""
)


def one_line(text: str) -> str:
    """The text with line breaks and tabs as spaces, so that a column says where something is."""
    return re.sub(r"[\r\n\t]", " ", text).strip()


def parse_syntax(text: str, place: str) -> ast.expr:
    """Python's tree of an expression, no names resolved.

    Args:
        text: the expression; `$name` stands for a parameter.
        place: where the expression stands, for errors.

    Raises:
        ExpressionError: when the text is not one Python expression.
    """
    line = one_line(text)
    if not line:
        raise ExpressionError(f"{place}: the expression is empty")
    for found in _TOKEN.finditer(line):
        if found["other"]:
            raise located(place, line, found.start(), 1, f"unexpected {found['other']!r}")
    try:
        return ast.parse(_marked(line), mode="eval").body
    except SyntaxError as error:
        # Offset 0 means that the text ended too early.
        column = min((error.offset or len(line)) - 1, len(line) - 1)
        raise located(place, line, column, 1, f"not an expression: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"{place}: not an expression: {error}") from error


def span(text: str, node: ast.expr) -> tuple[int, int]:
    """Zero-based column and width of a node in the one-line text it was parsed from."""
    # Python counts columns in UTF-8 bytes, in which the mark is longer than the sign it stands for.
    marked = _marked(text).encode()
    begin = len(marked[: node.col_offset].decode())
    end = len(marked[: node.end_col_offset].decode())
    return begin, end - begin


def _marked(line: str) -> str:
    return _TOKEN.sub(lambda found: PARAMETER_MARK if found["parameter"] else found[0], line)
