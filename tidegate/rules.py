"""Rules: a pattern over streams, with a key, measures and a summary; from Python or YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from tidegate.documents import read_documents, shown_path
from tidegate.durations import milliseconds
from tidegate.errors import DocumentError, OptionError, RuleError, TidegateError, raise_all
from tidegate.lambdas import Condition, measure_text
from tidegate.limits import Limits
from tidegate.parameters import RuleParameter, Value, as_parameters
from tidegate.pattern import Pattern
from tidegate.rule_document import RuleDocument, read_rule
from tidegate.stage_checks import check_pattern
from tidegate.stages import Group, PatternDefinition, Stage, walk
from tidegate.summary import holes
from tidegate.syntax import parse_syntax

SEVERITIES = ("low", "medium", "high", "critical")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")

Key = str | Sequence[str] | Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Rule:
    """A rule: what to look for, per which key, and what to say when it is found.

    Args:
        id: unique name, letters, digits, `_` and `-`.
        pattern: the pattern, from `Pattern.begin(...)`.
        on: the streams it reads.
        key: fields that make the key, or such fields by stream; None for the streams' own keys.
        version: number of the rule's version; another structure needs another number.
        severity: low, medium, high or critical.
        shadow: whether matches are recorded without an alert.
        parameters: values of `$name` in its expressions; a `RuleParameter` where they differ by
            key.
        measures: text or lambda over the match, by name.
        summary: template with expressions in braces.
        timeouts: whether timed-out partial matches are recorded.
        cool_down: a duration such as `10m`; a match of a key that ends less than this after the
            last one reported is counted, not reported.
        limits: how many partial matches a key may have open, and matches an event may emit.
        on_change: what becomes of open partial matches when a version of another structure is
            pushed in its place: `drop`, or `finish`.
        source: file the rule comes from, for messages.

    Raises:
        RuleError: when a value is not of its kind.
        PatternError: when the pattern has no meaning.
        ExpressionError: when an expression cannot be parsed.
    """

    id: str
    pattern: Pattern | PatternDefinition
    on: str | Sequence[str]
    key: Key | None = None
    version: int = 1
    severity: str = "medium"
    shadow: bool = False
    parameters: Mapping[str, Value | RuleParameter] = field(default_factory=dict)
    measures: Mapping[str, Condition] = field(default_factory=dict)
    summary: str = ""
    timeouts: bool = False
    cool_down: str | timedelta | None = None
    limits: Limits = field(default_factory=Limits)
    on_change: str = "drop"
    source: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        place = self.place
        if not _ID.fullmatch(self.id):
            raise RuleError(f"{place}: not an id; expected letters, digits, _ and -")
        if self.version < 1:
            raise RuleError(f"{place}: version {self.version}: expected 1 or more")
        if self.severity not in SEVERITIES:
            raise RuleError(
                f"{place}: severity {self.severity!r}: expected {', '.join(SEVERITIES)}"
            )
        pattern = self.pattern.definition if isinstance(self.pattern, Pattern) else self.pattern
        measures = {
            name: measure_text(text, f"{place}, measure {name}")
            for name, text in self.measures.items()
        }
        for name, value in (
            ("pattern", pattern),
            ("on", _names(self.on)),
            ("measures", measures),
            ("parameters", as_parameters(self.parameters, place)),
        ):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "key", self._normal_key())
        self._check()

    @property
    def place(self) -> str:
        """File and rule, for messages."""
        return f"{self.source}: rule {self.id}" if self.source else f"rule {self.id}"

    @property
    def definition(self) -> PatternDefinition:
        """The pattern."""
        assert isinstance(self.pattern, PatternDefinition)
        return self.pattern

    @property
    def streams(self) -> tuple[str, ...]:
        """Names of the streams it reads."""
        return _names(self.on)

    @property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """Key fields by stream; empty when the streams' own keys are meant."""
        assert isinstance(self.key, Mapping)
        return {stream: _names(fields) for stream, fields in self.key.items()}

    @property
    def measure_texts(self) -> Mapping[str, str]:
        """Texts of the measures by name."""
        return {name: str(text) for name, text in self.measures.items()}

    @property
    def rule_parameters(self) -> Mapping[str, RuleParameter]:
        """The parameters in one form."""
        return as_parameters(self.parameters, self.place)

    @property
    def cool_down_ms(self) -> int:
        """The cool-down in milliseconds; 0 for none.

        Raises:
            RuleError: when it is no duration.
        """
        try:
            return 0 if self.cool_down is None else milliseconds(self.cool_down)
        except ValueError as error:
            raise RuleError(f"{self.place}: cool_down: {error}") from error

    def _normal_key(self) -> Mapping[str, tuple[str, ...]]:
        if self.key is None or self.key == {}:
            return {}
        if isinstance(self.key, Mapping):
            key = {stream: _names(fields) for stream, fields in self.key.items()}
        else:
            key = dict.fromkeys(self.streams, _names(self.key))
        if set(key) != set(self.streams):
            raise RuleError(
                f"{self.place}: key by stream names {', '.join(key)}; "
                f"expected all of {', '.join(self.streams)}"
            )
        if len({len(fields) for fields in key.values()}) > 1 or not all(key.values()):
            raise RuleError(
                f"{self.place}: key: all streams need the same number of fields, at least one"
            )
        return key

    def _check(self) -> None:
        place = self.place
        if not self.streams or len(set(self.streams)) < len(self.streams):
            raise RuleError(f"{place}: on: expected one or more streams, each once")
        if self.cool_down_ms < 0:
            raise RuleError(f"{place}: cool_down {self.cool_down}: expected a duration from 0")
        self.limits.check(place)
        if self.on_change not in ("drop", "finish"):
            raise RuleError(f"{place}: on_change {self.on_change}: expected drop or finish")
        if self.on_change == "finish" and not self.definition.within_ms:
            raise RuleError(
                f"{place}: on_change: finish needs a within, or an old version might never finish"
            )
        check_pattern(self.definition, place)
        for stage in walk(self.definition.stages):
            for stream in stage.on:
                if stream not in self.streams:
                    raise RuleError(
                        f"{place}, stage {stage.name}: on: {stream} is not among the rule's "
                        f"streams {', '.join(self.streams)}"
                    )
        _check_syntax(self.definition.stages, place)
        for name, text in self.measure_texts.items():
            parse_syntax(text, f"{place}, measure {name}")
        for text in holes(self.summary, f"{place}, summary"):
            parse_syntax(text, f"{place}, summary")


def load_rules(path: str | Path) -> list[Rule]:
    """Rules of a YAML file: one rule, several documents, or a list under `rules:`.

    Raises:
        DocumentError: when the file is missing, is not YAML, or a key does not fit.
        PatternError, ExpressionError, RuleError: when a rule has no meaning.
        TidegateError: when several rules are wrong, with a message for each.
    """
    path = Path(path)
    source = shown_path(path)
    rules: dict[str, Rule] = {}
    problems: list[TidegateError] = []
    for entry in _entries(path, source):
        try:
            rule = _from_document(read_rule(entry, source), source)
            if rule.id in rules:
                raise RuleError(f"{rule.place}: the id occurs twice in the file; rename one")
            rules[rule.id] = rule
        except TidegateError as error:
            problems.append(error)
    raise_all(problems)
    return list(rules.values())


def select(rules: Sequence[Rule], ids: Sequence[str] | None) -> list[Rule]:
    """The rules with these ids, in their own order; all of them when there are no ids.

    Raises:
        OptionError: when none has an id.
    """
    known = [rule.id for rule in rules]
    for each in ids or ():
        if each not in known:
            raise OptionError(f"--rule {each}: no such rule; known: {', '.join(known)}")
    return [rule for rule in rules if not ids or rule.id in ids]


def _entries(path: Path, source: str) -> list[object]:
    entries: list[object] = []
    for document in read_documents(path):
        if isinstance(document, Mapping) and set(document) == {"rules"}:
            if not isinstance(document["rules"], list):
                raise DocumentError(f"{source}: rules: expected a list of rules")
            entries += document["rules"]
        else:
            entries.append(document)
    if not entries:
        raise DocumentError(f"{source}: the file has no rules; begin with `rule: NAME`")
    return entries


def _from_document(document: RuleDocument, source: str) -> Rule:
    return Rule(
        id=document.rule,
        pattern=document.definition(source),
        on=document.on,
        key=document.key,
        version=document.version,
        severity=document.severity,
        shadow=document.shadow,
        parameters=document.rule_parameters(),
        measures=document.measures,
        summary=document.summary,
        timeouts=document.timeouts,
        limits=document.rule_limits(),
        on_change=document.on_change,
        cool_down=None if not document.cool_down else timedelta(milliseconds=document.cool_down),
        source=source,
    )


def _names(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _check_syntax(steps: tuple[Stage | Group, ...], place: str) -> None:
    for step in steps:
        if isinstance(step, Group):
            _check_syntax(step.stages, place)
            if step.until is not None:
                parse_syntax(step.until, f"{place}, {step.kind.value}, until")
            continue
        for option in ("where", "until"):
            text = getattr(step, option)
            if text is not None:
                parse_syntax(text, f"{place}, stage {step.name}, {option}")
