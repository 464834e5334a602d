"""What the names in an expression mean at the place where it stands."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tidegate.errors import ExpressionError
from tidegate.streams import FieldType, Stream


@dataclass(frozen=True)
class Scope:
    """The names an expression may use.

    Attributes:
        place: where the expression stands, for errors: file, rule, stage, option.
        current: streams the current event may come from; empty where there is no current event.
        stages: streams of the stages whose events may be referred to.
        unreachable: stages that may not be referred to, each with the reason.
        parameters: types of the rule's parameters.
        match_times: whether `start`, `end` and `duration` of the match are known.
    """

    place: str
    current: tuple[Stream, ...] = ()
    stages: Mapping[str, tuple[Stream, ...]] = field(default_factory=dict)
    unreachable: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, FieldType] = field(default_factory=dict)
    match_times: bool = False


class ProblemError(Exception):
    """What is wrong with a name or an operation; the parser adds the place and the caret."""


def field_type(streams: Iterable[Stream], name: str) -> FieldType:
    """Type of the field `name` in all of `streams`.

    Raises:
        ProblemError: when one of them lacks it or their types differ.
    """
    types: dict[FieldType, str] = {}
    for stream in streams:
        found = stream.field(name)
        if name in stream.hidden:
            raise ProblemError(stream.hidden[name])
        if found is None:
            known = [each.name for each in stream.fields]
            raise ProblemError(
                f"unknown field '{name}' of stream {stream.name}; {suggest(name, known)}"
            )
        types.setdefault(found.type, stream.name)
    if len(types) > 1:
        shown = ", ".join(f"{kind} in {stream}" for kind, stream in types.items())
        raise ProblemError(
            f"field '{name}' has several types: {shown}; let the stage read one stream"
        )
    return next(iter(types))


def suggest(name: str, known: Iterable[str]) -> str:
    """A hint: the closest known name, else all of them."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"known: {', '.join(names)}" if names else "there are none"


def located(place: str, text: str, column: int, width: int, problem: str) -> ExpressionError:
    """An error that shows the text with a caret under the place of the problem.

    Args:
        place: where the expression stands.
        text: the expression on one line.
        column: zero-based column of the problem.
        width: characters to underline.
        problem: what is wrong and what to do.
    """
    carets = "^" * max(1, min(width, len(text) - column))
    return ExpressionError(
        f"{place}, column {column + 1}: {problem}\n  {text}\n  {' ' * column}{carets}"
    )
