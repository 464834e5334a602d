"""The YAML form of a rule, and its way to the stages of a pattern."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
)

from tidegate.documents import Document, Duration, read_as
from tidegate.errors import DocumentError, PatternError
from tidegate.parameters import RuleParameter
from tidegate.stages import (
    SKIP_TYPES,
    Contiguity,
    Group,
    Inner,
    PatternDefinition,
    Skip,
    Stage,
    Times,
    both,
    either,
)

Texts = StrictStr | list[StrictStr]
ParameterValue = StrictBool | StrictInt | StrictFloat | StrictStr

CONTIGUITY = {
    "begin": Contiguity.BEGIN,
    "next": Contiguity.NEXT,
    "followed_by": Contiguity.FOLLOWED_BY,
    "followed_by_any": Contiguity.FOLLOWED_BY_ANY,
    "not_next": Contiguity.NOT_NEXT,
    "not_followed_by": Contiguity.NOT_FOLLOWED_BY,
}


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


def _key_texts(value: Any) -> Any:
    """Keys of a mapping as texts: YAML reads the key `17:` as a number."""
    if not isinstance(value, Mapping):
        return value
    return {str(key) if type(key) is int else key: each for key, each in value.items()}


class ParameterDocument(Document):
    """`ratio: {default: 3.0, by_key: {C-17: 5.0}}`."""

    default: ParameterValue
    by_key: Annotated[dict[StrictStr, ParameterValue], BeforeValidator(_key_texts)] = Field(
        default_factory=dict
    )


class RuleDocument(Document):
    """A rule as people write it."""

    rule: StrictStr
    version: StrictInt = 1
    description: StrictStr = ""
    on: StrictStr | list[StrictStr]
    key: StrictStr | list[StrictStr] | dict[StrictStr, StrictStr | list[StrictStr]] | None = None
    pattern: list[Any]
    within: Duration | None = None
    after_match: StrictStr | dict[StrictStr, StrictStr] = "no_skip"
    severity: StrictStr = "medium"
    shadow: StrictBool = False
    parameters: dict[StrictStr, ParameterValue | ParameterDocument] = Field(default_factory=dict)
    measures: dict[StrictStr, StrictStr] = Field(default_factory=dict)
    summary: StrictStr = ""
    timeouts: StrictBool = False
    cool_down: Duration | None = None

    def rule_parameters(self) -> dict[str, RuleParameter]:
        """The parameters in one form."""
        return {
            name: RuleParameter(value.default, value.by_key)
            if isinstance(value, ParameterDocument)
            else RuleParameter(value)
            for name, value in self.parameters.items()
        }

    def definition(self, source: str) -> PatternDefinition:
        """The pattern of the rule.

        Raises:
            DocumentError, PatternError: when a stage is not of its form.
        """
        place = f"{source}: rule {self.rule}"
        return PatternDefinition(_steps(self.pattern, place), self.within, self._skip(place))

    def _skip(self, place: str) -> Skip:
        if isinstance(self.after_match, str):
            return Skip(self.after_match)
        if len(self.after_match) != 1:
            raise DocumentError(
                f"{place}: after_match: expected one of {', '.join(SKIP_TYPES)}, "
                "the last two with a stage: {skip_to_first: STAGE}"
            )
        return Skip(*next(iter(self.after_match.items())))


def read_rule(value: object, source: str) -> RuleDocument:
    """A rule document.

    Raises:
        DocumentError: when a key is missing, unknown or of the wrong kind.
    """
    named = isinstance(value, Mapping) and isinstance(value.get("rule"), str)
    place = f"{source}: rule {value['rule']}" if named else source  # type: ignore[index]
    return read_as(RuleDocument, value, place)


def _steps(items: list[Any], place: str) -> tuple[Stage | Group, ...]:
    return tuple(
        _step(item, index == 0, f"{place}, stage {index + 1}") for index, item in enumerate(items)
    )


def _step(item: Any, first: bool, place: str) -> Stage | Group:
    if isinstance(item, str):
        item = {item: None}
    if not isinstance(item, Mapping) or not all(isinstance(key, str) for key in item):
        raise DocumentError(
            f"{place}: found {item!r}, expected `- NAME: {{where: ...}}` or `- followed_by: NAME`"
        )
    words = [word for word in CONTIGUITY if word in item]
    if len(words) > 1:
        raise DocumentError(f"{place}: {' and '.join(words)} exclude each other; give one")
    if words:
        content = item[words[0]]
        options = {key: value for key, value in item.items() if key != words[0]}
        contiguity = CONTIGUITY[words[0]]
    elif len(item) == 1 and first:
        content, options = next(iter(item.items()))
        options, contiguity = options if options is not None else {}, Contiguity.BEGIN
    else:
        raise DocumentError(
            f"{place}: how does it follow? found {', '.join(item)}; expected one of "
            f"{', '.join(CONTIGUITY)}, such as `- followed_by: NAME`"
        )
    if isinstance(content, str):
        return _stage(content, contiguity, options, f"{place} ({content})")
    if isinstance(content, list) and content:
        return _group(content, contiguity, options, place)
    raise DocumentError(
        f"{place}: {words[0]}: found {content!r}, expected a stage's name or a list of stages"
    )


def _stage(name: str, contiguity: Contiguity, options: object, place: str) -> Stage:
    document = read_as(StageDocument, options, place)
    where: str | None = None
    for text in _texts(document.where):
        where = both(where, text)
    for text in _texts(document.or_where):
        if where is None:
            raise PatternError(f"{place}: or_where needs a where")
        where = either(where, text)
    times, optional = _times(document, place)
    return Stage(
        name,
        contiguity,
        where=where,
        until=document.until,
        times=times,
        inner=_inner(document, place),
        greedy=document.greedy,
        optional=optional,
        on=tuple(_texts(document.on)),
        within_previous_ms=document.within_previous,
    )


def _group(items: list[Any], contiguity: Contiguity, options: object, place: str) -> Group:
    document = read_as(StageDocument, options, f"{place} (group)")
    for option in ("where", "or_where", "on", "within_previous"):
        if getattr(document, option) is not None:
            raise PatternError(f"{place} (group): {option} belongs to a stage of the group")
    times, optional = _times(document, place)
    return Group(
        _steps(items, f"{place} (group)"),
        contiguity,
        until=document.until,
        times=times,
        inner=_inner(document, place),
        greedy=document.greedy,
        optional=optional,
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
