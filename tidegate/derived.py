"""Derived fields: what an event of a stream gets from the events of its key before it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tidegate.durations import format_duration
from tidegate.errors import DocumentError
from tidegate.scope import ProblemError, located, suggest
from tidegate.streams import Derived, Field, FieldType, Stream
from tidegate.syntax import one_line, parse_syntax, span

FUNCTIONS = ("count", "sum", "avg", "min", "max", "distinct", "stddev", "previous", "latest")
_LOOKUPS = ("previous", "latest")


@dataclass(frozen=True, slots=True)
class DerivedText:
    """A derived field as people write it.

    Attributes:
        value: `avg(volume)`, `count()`, `previous(close)` or `latest(limits.max_amount)`.
        by: key fields by stream; None for the streams' own keys.
        events: how many events are looked back at, or None.
        range_ms: over which time, or None.
        including_current: whether the event itself counts.
    """

    value: str
    by: tuple[str, ...] | Mapping[str, tuple[str, ...]] | None
    events: int | None
    range_ms: int | None
    including_current: bool


def derive(
    stream: Stream, texts: Mapping[str, DerivedText], streams: Mapping[str, Stream], source: str
) -> tuple[Derived, ...]:
    """The derived fields of a stream.

    Args:
        stream: the stream whose events get them.
        texts: what they are, by name.
        streams: all streams of the pipeline by name.
        source: the pipeline's file, for errors.

    Raises:
        DocumentError, ExpressionError: when a field does not fit the streams.
    """
    return tuple(
        _derive(
            name, text, stream, texts, streams, f"{source}: streams.{stream.name}.derive.{name}"
        )
        for name, text in texts.items()
    )


def _derive(
    name: str,
    text: DerivedText,
    stream: Stream,
    others: Mapping[str, DerivedText],
    streams: Mapping[str, Stream],
    place: str,
) -> Derived:
    if stream.field(name) is not None:
        raise DocumentError(f"{place}: the schema has a field of this name; choose another")
    tree, line = parse_syntax(text.value, place), one_line(text.value)
    try:
        function, read, field = _call(tree, stream, others, streams)
        kind = _type(function, field, tree)
    except _ProblemAtError as problem:
        column, width = span(line, problem.node)
        raise located(place, line, column, width, str(problem)) from problem
    by = _by(text.by, stream, read, place)
    events = _events(text, function, place)
    return Derived(
        name=name,
        type=kind,
        function=function,
        stream=read.name,
        field=None if field is None else field.name,
        by=by,
        events=events,
        range_ms=text.range_ms,
        including_current=text.including_current,
    )


class _ProblemAtError(ProblemError):
    """A problem with a part of the text."""

    def __init__(self, node: ast.expr, problem: str) -> None:
        super().__init__(problem)
        self.node = node


def _call(
    tree: ast.expr,
    stream: Stream,
    others: Mapping[str, DerivedText],
    streams: Mapping[str, Stream],
) -> tuple[str, Stream, Field | None]:
    """Function, the stream it looks at, and the field."""
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name) or tree.keywords:
        raise _ProblemAtError(
            tree, "expected a function of a field: avg(volume), latest(limits.max_amount)"
        )
    function = tree.func.id
    if function not in FUNCTIONS:
        raise _ProblemAtError(
            tree.func, f"unknown function '{function}'; {suggest(function, FUNCTIONS)}"
        )
    if function == "count" and not tree.args:
        return function, stream, None
    if len(tree.args) != 1:
        raise _ProblemAtError(tree, f"{function} takes one field, found {len(tree.args)}")
    argument = tree.args[0]
    if function == "latest":
        return _latest(argument, stream, streams)
    if isinstance(argument, ast.Attribute):
        raise _ProblemAtError(
            argument, f"{function} looks at the stream's own events; only latest reads another's"
        )
    if not isinstance(argument, ast.Name):
        raise _ProblemAtError(argument, f"{function} takes the name of one field")
    return function, stream, _field(argument, argument.id, stream, others)


def _latest(
    argument: ast.expr, stream: Stream, streams: Mapping[str, Stream]
) -> tuple[str, Stream, Field]:
    if not isinstance(argument, ast.Attribute) or not isinstance(argument.value, ast.Name):
        raise _ProblemAtError(argument, "latest takes STREAM.FIELD: latest(limits.max_amount)")
    name = argument.value.id
    if name == stream.name:
        raise _ProblemAtError(
            argument, f"latest reads another stream; write previous({argument.attr})"
        )
    if name not in streams:
        raise _ProblemAtError(argument, f"unknown stream '{name}'; {suggest(name, streams)}")
    return "latest", streams[name], _field(argument, argument.attr, streams[name], {})


def _field(node: ast.expr, name: str, stream: Stream, others: Mapping[str, DerivedText]) -> Field:
    if name in others:
        raise _ProblemAtError(
            node, f"'{name}' is derived itself; derive from the schema's fields only"
        )
    field = stream.field(name)
    if field is None:
        known = [each.name for each in stream.fields]
        raise _ProblemAtError(
            node, f"unknown field '{name}' of stream {stream.name}; {suggest(name, known)}"
        )
    return field


def _type(function: str, field: Field | None, tree: ast.expr) -> FieldType:
    if field is None or function in ("count", "distinct"):
        return FieldType.LONG
    if function in _LOOKUPS:
        return field.type
    if function in ("min", "max") and field.type is FieldType.TIMESTAMP:
        return field.type
    if not field.type.numeric:
        raise _ProblemAtError(tree, f"{function} works on numbers, found {field.type}")
    return FieldType.DOUBLE if function in ("avg", "stddev") else field.type


def _events(text: DerivedText, function: str, place: str) -> int | None:
    """Number of events looked back at; None for a time range."""
    if function in _LOOKUPS:
        for option, found in (
            ("over", text.events is not None or text.range_ms is not None),
            ("including_current", text.including_current),
        ):
            if found:
                raise DocumentError(f"{place}: {function} takes no {option}; remove it")
        return 1
    if text.events is None and text.range_ms is None:
        raise DocumentError(
            f"{place}: over: missing; say how far {function} looks back: a number of events, "
            "`over: 20`, or a time, `over: 24h`"
        )
    if (text.events or text.range_ms or 0) < 1:
        shown = text.events if text.range_ms is None else format_duration(text.range_ms)
        raise DocumentError(f"{place}: over: found {shown}, expected 1 event, or 1ms, or more")
    return text.events


def _by(
    by: tuple[str, ...] | Mapping[str, tuple[str, ...]] | None,
    stream: Stream,
    read: Stream,
    place: str,
) -> dict[str, tuple[str, ...]]:
    names = {each.name: each for each in (stream, read)}
    if by is None:
        keys = {name: each.key for name, each in names.items()}
    elif isinstance(by, Mapping):
        if set(by) != set(names):
            raise DocumentError(
                f"{place}: by: names {', '.join(by) or 'no stream'}, expected {', '.join(names)}"
            )
        keys = {name: by[name] for name in names}
    else:
        keys = dict.fromkeys(names, by)
    if len({len(fields) for fields in keys.values()}) > 1 or not all(keys.values()):
        raise DocumentError(
            f"{place}: by: both streams need the same number of fields, at least one; write them "
            f"out: by: {{{', '.join(f'{name}: FIELD' for name in names)}}}"
        )
    for name, fields in keys.items():
        for each in fields:
            _check_key(each, names[name], place)
    return keys


def _check_key(name: str, stream: Stream, place: str) -> None:
    field = stream.field(name)
    if field is None:
        known = [each.name for each in stream.fields]
        raise DocumentError(
            f"{place}: by: unknown field '{name}' of stream {stream.name}; {suggest(name, known)}; "
            "streams with other names for it: by: {STREAM: FIELD, STREAM: FIELD}"
        )
    if field.nullable and name not in stream.key:
        raise DocumentError(
            f"{place}: by: field '{name}' of stream {stream.name} may be null, and events without "
            "it would belong to no key; add it to the stream's key"
        )


def derived_document(derived: Derived) -> dict[str, Any]:
    """The plan's form of a derived field."""
    return {
        "name": derived.name,
        "type": derived.type.value,
        "function": derived.function,
        "stream": derived.stream,
        "field": derived.field,
        "by": {stream: list(fields) for stream, fields in derived.by.items()},
        "events": derived.events,
        "range_ms": derived.range_ms,
        "including_current": derived.including_current,
    }


def readable(stream: Stream, key: Mapping[str, tuple[str, ...]]) -> Stream:
    """The stream as a rule or window of a key sees it: with the fields derived by that key.

    Args:
        stream: the stream.
        key: key fields by stream, of all streams that events come from under this key.
    """
    fields, hidden = list(stream.fields), {}
    for derived in stream.derived:
        if all(key.get(name) == by for name, by in derived.by.items()):
            fields.append(Field(derived.name, derived.type, True))
        else:
            by = " and ".join(f"{', '.join(by)} of {name}" for name, by in derived.by.items())
            hidden[derived.name] = (
                f"'{derived.name}' is derived by {by}, and the key here is "
                f"{', '.join(key[stream.name])}; use that key, or derive a field by this one"
            )
    return stream.seen_as(tuple(fields), hidden)
