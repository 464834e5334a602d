"""JSON schemas of the documents people write, for editors; kept as files in `schemas/`."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from tidegate.documents import Document
from tidegate.pipeline_document import PipelineDocument
from tidegate.rule_document import CONTIGUITY, RuleDocument, StageDocument

_DIALECT = GenerateJsonSchema.schema_dialect
_BASE = "https://tidegate.io/schemas"


def rule_schema() -> dict[str, Any]:
    """Schema of a rule file's document: one rule, or a list of them under `rules`."""
    rule = _of(RuleDocument)
    stage = _of(StageDocument)
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
        "$defs": {**definitions, "rule": rule, "options": stage, **_steps(stage)},
    }


def pipeline_schema() -> dict[str, Any]:
    """Schema of a pipeline file, after `${NAME}` has been replaced."""
    head = {"$schema": _DIALECT, "$id": f"{_BASE}/pipeline.schema.json"}
    return head | _of(PipelineDocument) | {"title": "Tidegate pipeline"}


def _of(document: type[Document]) -> dict[str, Any]:
    return document.model_json_schema(by_alias=True)


def _steps(stage: dict[str, Any]) -> dict[str, Any]:
    """A step is `NAME`, `NAME: {options}`, or `followed_by: NAME` with options beside."""
    words = list(CONTIGUITY)
    content = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/steps"}]}
    short = {
        "type": "object",
        "propertyNames": {"not": {"enum": words}},
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
    step = {"anyOf": [{"type": "string"}, short, long]}
    return {"steps": {"type": "array", "minItems": 1, "items": step}}
