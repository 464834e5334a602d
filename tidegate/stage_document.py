"""The YAML form of a pattern's stages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from pydantic import StrictBool, StrictInt, StrictStr

from tidegate.documents import Document, Duration, read_as
from tidegate.errors import DocumentError, PatternError
from tidegate.stages import Contiguity, Group, Inner, Kind, Stage, Times, both, either

Texts = StrictStr | list[StrictStr]

CONTIGUITY = {
    "begin": Contiguity.BEGIN,
    "next": Contiguity.NEXT,
    "followed_by": Contiguity.FOLLOWED_BY,
    "followed_by_any": Contiguity.FOLLOWED_BY_ANY,
    "not_next": Contiguity.NOT_NEXT,
    "not_followed_by": Contiguity.NOT_FOLLOWED_BY,
}
CHOICES = {"any_of": Kind.ANY_OF, "all_of": Kind.ALL_OF}


class TimesDocument(Document):
    """`times: {min: 2, max: 5, within: 10s}`."""

    min: StrictInt = 1
    max: StrictInt | None = None
    within: Duration | None = None


class StageDocument(Document):
    """Options of a stage or group."""

    where: Texts | None = None
    or_where: Texts | None = None
    until: StrictStr | None = None
    on: Texts | None = None
    times: StrictInt | list[StrictInt] | TimesDocument | None = None
    times_or_more: StrictInt | None = None
    one_or_more: StrictBool = False
    optional: StrictBool = False
    greedy: StrictBool = False
    consecutive: StrictBool = False
    allow_combinations: StrictBool = False
    within_previous: Duration | None = None


class AbsenceDocument(Document):
    """`absent_for: 24h` with what must not come."""

    absent_for: Duration
    stage: StrictStr | None = None
    where: Texts | None = None
    or_where: Texts | None = None
    on: Texts | None = None


def read_steps(items: list[Any], place: str) -> tuple[Stage | Group, ...]:
    """The steps of a pattern.

    Raises:
        DocumentError, PatternError: when one is not of its form.
    """
    return _steps(items, place, (f"absence_{number}" for number in count(1)))


def _steps(items: list[Any], place: str, names: Iterator[str]) -> tuple[Stage | Group, ...]:
    return tuple(
        _step(item, index == 0, f"{place}, stage {index + 1}", names)
        for index, item in enumerate(items)
    )


def _step(item: Any, first: bool, place: str, names: Iterator[str]) -> Stage | Group:
    if isinstance(item, str):
        item = {item: None}
    if not isinstance(item, Mapping) or not all(isinstance(key, str) for key in item):
        raise DocumentError(
            f"{place}: found {item!r}, expected `- NAME: {{where: ...}}` or `- followed_by: NAME`"
        )
    if "absent_for" in item:
        return _absence(item, place, names)
    words = [word for word in CONTIGUITY if word in item]
    choices = [word for word in CHOICES if word in item]
    if len(words) > 1:
        raise DocumentError(f"{place}: {' and '.join(words)} exclude each other; give one")
    if words:
        content = item[words[0]]
        options = {key: value for key, value in item.items() if key != words[0]}
        contiguity = CONTIGUITY[words[0]]
    elif len(choices) == 1 and first:
        content = {choices[0]: item[choices[0]]}
        options = {key: value for key, value in item.items() if key != choices[0]}
        contiguity = Contiguity.BEGIN
    elif len(item) == 1 and first:
        content, options = next(iter(item.items()))
        options, contiguity = options if options is not None else {}, Contiguity.BEGIN
    else:
        raise DocumentError(
            f"{place}: how does it follow? found {', '.join(item)}; expected one of "
            f"{', '.join([*CONTIGUITY, 'absent_for'])}, such as `- followed_by: NAME`"
        )
    if isinstance(content, str):
        return _stage(content, contiguity, options, f"{place} ({content})")
    if isinstance(content, list) and content:
        steps = _steps(content, f"{place} (group)", names)
        return _group(Kind.GROUP, steps, contiguity, options, place)
    if isinstance(content, Mapping) and len(content) == 1 and next(iter(content)) in CHOICES:
        kind = CHOICES[next(iter(content))]
        parts = _parts(kind, next(iter(content.values())), place, names)
        return _group(kind, parts, contiguity, options, place)
    raise DocumentError(
        f"{place}: {words[0] if words else contiguity.value}: found {content!r}, expected a "
        "stage's name, a list of stages, {any_of: [...]} or {all_of: [...]}"
    )


def _absence(item: Mapping[str, Any], place: str, names: Iterator[str]) -> Stage:
    document = read_as(AbsenceDocument, item, place)
    name = document.stage or next(names)
    return Stage(
        name,
        Contiguity.ABSENT_FOR,
        where=_where(document, f"{place} ({name})"),
        on=tuple(_texts(document.on)),
        absent_ms=document.absent_for,
    )


def _parts(kind: Kind, content: Any, place: str, names: Iterator[str]) -> tuple[Stage | Group, ...]:
    """The alternatives of an `any_of`, or the stages of an `all_of`."""
    if not isinstance(content, list):
        raise DocumentError(f"{place}: {kind}: found {content!r}, expected a list")
    parts: list[Stage | Group] = []
    for number, part in enumerate(content, start=1):
        word = "alternative" if kind is Kind.ANY_OF else "stage"
        at = f"{place} ({kind}), {word} {number}"
        if isinstance(part, list) and len(part) != 1:
            parts.append(Group(_steps(part, at, names), Contiguity.BEGIN))
        else:
            parts.append(_step(part[0] if isinstance(part, list) else part, True, at, names))
    return tuple(parts)


def _stage(name: str, contiguity: Contiguity, options: object, place: str) -> Stage:
    document = read_as(StageDocument, options, place)
    times, optional = _times(document, place)
    return Stage(
        name,
        contiguity,
        where=_where(document, place),
        until=document.until,
        times=times,
        inner=_inner(document, place),
        greedy=document.greedy,
        optional=optional,
        on=tuple(_texts(document.on)),
        within_previous_ms=document.within_previous,
    )


def _where(document: StageDocument | AbsenceDocument, place: str) -> str | None:
    where: str | None = None
    for text in _texts(document.where):
        where = both(where, text)
    for text in _texts(document.or_where):
        if where is None:
            raise PatternError(f"{place}: or_where needs a where")
        where = either(where, text)
    return where


def _group(
    kind: Kind,
    steps: tuple[Stage | Group, ...],
    contiguity: Contiguity,
    options: object,
    place: str,
) -> Group:
    document = read_as(StageDocument, options, f"{place} ({kind})")
    for option in ("where", "or_where", "on", "within_previous"):
        if getattr(document, option) is not None and (kind, option) != (
            Kind.ANY_OF,
            "within_previous",
        ):
            raise PatternError(f"{place} ({kind}): {option} belongs to a stage of the {kind}")
    times, optional = _times(document, place)
    return Group(
        steps,
        contiguity,
        until=document.until,
        times=times,
        inner=_inner(document, place),
        greedy=document.greedy,
        optional=optional,
        kind=kind,
        within_previous_ms=document.within_previous,
    )


def _times(document: StageDocument, place: str) -> tuple[Times | None, bool]:
    """The quantifier, and whether the stage is optional."""
    given = [document.times is not None, document.times_or_more is not None, document.one_or_more]
    if sum(given) > 1:
        raise PatternError(f"{place}: give one of times, times_or_more and one_or_more")
    match document.times:
        case None:
            if document.times_or_more is not None:
                return Times(document.times_or_more, None), document.optional
            return (Times(1, None) if document.one_or_more else None), document.optional
        case int(exactly):
            times = Times(exactly, exactly)
        case [least, most]:
            times = Times(least, most)
        case TimesDocument(min=least, max=most, within=within):
            times = Times(least, most, within)
        case other:
            raise PatternError(
                f"{place}: times {other}: expected 3, [2, 5] or {{min: 2, max: 5, within: 10s}}"
            )
    if times.min == 0 and times.max != 0:
        return Times(1, times.max, times.window_ms), True
    return times, document.optional


def _inner(document: StageDocument, place: str) -> Inner:
    if document.consecutive and document.allow_combinations:
        raise PatternError(f"{place}: consecutive and allow_combinations exclude each other")
    if document.consecutive:
        return Inner.CONSECUTIVE
    return Inner.COMBINATIONS if document.allow_combinations else Inner.RELAXED


def _texts(value: str | list[str] | None) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else value
