"""The YAML form of a rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
)

from tidegate.documents import Document, Duration, read_as
from tidegate.errors import DocumentError
from tidegate.limits import Limits
from tidegate.parameters import RuleParameter
from tidegate.stage_document import read_steps
from tidegate.stages import SKIP_TYPES, PatternDefinition, Skip

ParameterValue = StrictBool | StrictInt | StrictFloat | StrictStr


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


class LimitsDocument(Document):
    """`limits: {open: 10000, matches_per_event: 1000, policy: drop_oldest}`."""

    open: StrictInt = Limits().open
    matches_per_event: StrictInt = Limits().matches_per_event
    policy: StrictStr = Limits().policy


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
    on_change: Literal["drop", "finish"] = "drop"
    limits: LimitsDocument = Field(default_factory=LimitsDocument)

    def rule_limits(self) -> Limits:
        """The limits."""
        return Limits(**self.limits.model_dump())

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
        stages = read_steps(self.pattern, place)
        return PatternDefinition(stages, self.within, self._skip(place))

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
