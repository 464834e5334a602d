"""JSON schemas of the documents people write, for editors; kept as files in `schemas/`."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from tidegate.documents import VARIABLE, Document
from tidegate.pipeline_document import PipelineDocument
from tidegate.rule_document import RuleDocument
from tidegate.stage_document import CHOICES, CONTIGUITY, AbsenceDocument, StageDocument

_DIALECT = GenerateJsonSchema.schema_dialect
_BASE = "https://tidegate.io/schemas"


def rule_schema() -> dict[str, Any]:
    """Schema of a rule file's document: one rule, or a list of them under `rules`."""
    rule = _of(RuleDocument)
    stage = _of(StageDocument)
    absence = _of(AbsenceDocument)
    definitions = rule.pop("$defs", {}) | stage.pop("$defs", {})
    rule["properties"]["pattern"] = {"$ref": "#/$defs/steps"}
    listed = {
        "type": "object",
        "properties": {
            "rules": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/rule"}}
        },
        "required": ["rules"],
        "additionalProperties": False,
    }
    return {
        "$schema": _DIALECT,
        "$id": f"{_BASE}/rule.schema.json",
        "title": "Tidegate rules",
        "oneOf": [{"$ref": "#/$defs/rule"}, listed],
        "$defs": {
            **definitions,
            "rule": rule,
            "options": stage,
            "absence": absence,
            **_steps(stage),
        },
    }


def pipeline_schema() -> dict[str, Any]:
    """Schema of a pipeline file; `${NAME}` may stand in the place of any value."""
    head = {"$schema": _DIALECT, "$id": f"{_BASE}/pipeline.schema.json"}
    body: dict[str, Any] = _or_variable(_of(PipelineDocument))
    body["$defs"]["variable"] = {"type": "string", "pattern": VARIABLE.pattern}
    return head | body | {"title": "Tidegate pipeline"}


def _or_variable(schema: Any) -> Any:
    """The schema with every scalar that has a form of its own open to a variable as well."""
    if isinstance(schema, list):
        return [_or_variable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    formed = "pattern" in schema or "enum" in schema
    if schema.get("type") in ("boolean", "integer", "number") or formed:
        notes = {key: schema[key] for key in ("title", "default") if key in schema}
        form = {key: value for key, value in schema.items() if key not in notes}
        return {"anyOf": [form, {"$ref": "#/$defs/variable"}], **notes}
    return {
        key: value if key in ("default", "propertyNames") else _or_variable(value)
        for key, value in schema.items()
    }


def _of(document: type[Document]) -> dict[str, Any]:
    return document.model_json_schema(by_alias=True)


def _steps(stage: dict[str, Any]) -> dict[str, Any]:
    """A step is `NAME`, `NAME: {options}`, `followed_by: NAME` with options, or an absence.

    In the place of the name may stand a list for a group, or a choice.
    """
    words = list(CONTIGUITY)
    part = {"anyOf": [{"$ref": "#/$defs/step"}, {"$ref": "#/$defs/steps"}]}
    parts = {word: {"type": "array", "minItems": 1, "items": part} for word in CHOICES}
    choice = {
        "type": "object",
        "properties": parts,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }
    content = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/steps"}, choice]}
    short = {
        "type": "object",
        "propertyNames": {"not": {"enum": [*words, *CHOICES, "absent_for"]}},
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/options"}]},
    }
    long = {
        "type": "object",
        "properties": {**dict.fromkeys(words, content), **stage["properties"]},
        "oneOf": [{"required": [word]} for word in words],
        "additionalProperties": False,
    }
    first = {
        "type": "object",
        "properties": {**parts, **stage["properties"]},
        "oneOf": [{"required": [word]} for word in CHOICES],
        "additionalProperties": False,
    }
    step = {"anyOf": [{"type": "string"}, short, long, first, {"$ref": "#/$defs/absence"}]}
    steps = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/step"}}
    return {"step": step, "steps": steps}
