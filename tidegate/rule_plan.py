"""Compiles a rule to the plan's form, typed against the streams it reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from tidegate.derived import readable
from tidegate.errors import RuleError
from tidegate.expression import to_json
from tidegate.parser import parse_expression
from tidegate.pattern_plan import PatternCompiler
from tidegate.rules import Rule
from tidegate.scope import suggest
from tidegate.stages import walk
from tidegate.streams import Stream
from tidegate.summary import compile_summary


class KeyIndex:
    """The distinct key expressions of rules and windows, in order of first use."""

    def __init__(self, streams: Iterable[Stream] = ()) -> None:
        self._keys: list[dict[str, tuple[str, ...]]] = []
        self.derive(streams)

    def derive(self, streams: Iterable[Stream]) -> None:
        """Take in the keys that streams' derived fields are kept by."""
        for stream in streams:
            for derived in stream.derived:
                self.index(derived.by)

    def fields(self, index: int) -> Mapping[str, tuple[str, ...]]:
        """Key fields of a key expression by stream."""
        return self._keys[index]

    def index(self, fields: Mapping[str, tuple[str, ...]]) -> int:
        """Index of the key expression that gives these fields for these streams.

        Expressions that agree on the streams they share are one: a window over one stream is
        keyed as the rule over two.
        """
        for index, known in enumerate(self._keys):
            shared = known.keys() & fields.keys()
            if shared and all(known[stream] == fields[stream] for stream in shared):
                known.update(fields)
                return index
        self._keys.append(dict(fields))
        return len(self._keys) - 1

    def document(self) -> list[dict[str, Any]]:
        """The plan's `keys`."""
        return [
            {"streams": {stream: list(fields) for stream, fields in key.items()}}
            for key in self._keys
        ]


def compile_rule(rule: Rule, streams: Mapping[str, Stream], keys: KeyIndex) -> dict[str, Any]:
    """The plan's form of one rule.

    Raises:
        RuleError: when it reads a stream or keys by a field that is not there.
        ExpressionError: when an expression does not fit the streams.
    """
    place = rule.place
    for name in rule.streams:
        if name not in streams:
            raise RuleError(f"{place}: on: unknown stream '{name}'; {suggest(name, streams)}")
    key = _key(rule, streams)
    keys.derive(streams.values())
    index = keys.index(key)
    seen = {name: readable(streams[name], keys.fields(index)) for name in rule.streams}
    parameters = {name: each.type for name, each in rule.rule_parameters.items()}
    by_stage = {
        stage.name: tuple(seen[name] for name in (stage.on or rule.streams))
        for stage in walk(rule.definition.stages)
    }
    compiler = PatternCompiler(rule.definition, by_stage, parameters, place)
    pattern = compiler.pattern()
    measures = []
    for name, text in rule.measure_texts.items():
        measure = parse_expression(text, compiler.match_scope(f"measure {name}"))
        measures.append({"name": name, "type": measure.type.value, "expression": to_json(measure)})
    return {
        "id": rule.id,
        "version": rule.version,
        "fingerprint": fingerprint(pattern, key),
        "severity": rule.severity,
        "key": index,
        "shadow": rule.shadow,
        "pattern": pattern,
        "parameters": {name: each.document() for name, each in rule.rule_parameters.items()},
        "measures": measures,
        "summary": compile_summary(rule.summary, compiler.match_scope("summary")),
        "timeouts": rule.timeouts,
        "cool_down_ms": rule.cool_down_ms,
        "limits": rule.limits.document(),
        "on_change": rule.on_change,
    }


def fingerprint(pattern: Mapping[str, Any], key: Mapping[str, tuple[str, ...]]) -> str:
    """Sha256 over a rule's structure: its compiled pattern and its key.

    Measures, summary, severity and the values of parameters are no structure: they may change
    while partial matches stay.
    """
    structure = {"key": {name: list(fields) for name, fields in key.items()}, "pattern": pattern}
    text = json.dumps(structure, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _key(rule: Rule, streams: Mapping[str, Stream]) -> dict[str, tuple[str, ...]]:
    key = {name: rule.keys.get(name) or streams[name].key for name in rule.streams}
    if len({len(fields) for fields in key.values()}) > 1:
        raise RuleError(f"{rule.place}: key: the streams' keys differ in length; write it out")
    for name, fields in key.items():
        stream = streams[name]
        for each in fields:
            found = stream.field(each)
            if found is None:
                hint = suggest(each, [field.name for field in stream.fields])
                raise RuleError(
                    f"{rule.place}: key: unknown field '{each}' of stream {name}; {hint}"
                )
            if found.nullable and each not in stream.key:
                raise RuleError(
                    f"{rule.place}: key: field '{each}' of stream {name} may be null, and events "
                    f"without it would belong to no key; add it to the stream's key"
                )
    return key
