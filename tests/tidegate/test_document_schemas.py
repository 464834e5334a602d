"""The JSON schemas for editors agree with what the readers accept."""

import json
from pathlib import Path

import jsonschema
import pytest

import schemas
from tidegate.document_schemas import pipeline_schema, rule_schema
from tidegate.documents import read_documents

ROOT = Path(__file__).parents[2]
SCHEMAS = {"rule.schema.json": rule_schema, "pipeline.schema.json": pipeline_schema}


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_file_is_what_the_documents_say(name, request):
    found = json.dumps(SCHEMAS[name](), indent=2) + "\n"
    if request.config.getoption("--refresh-golden"):
        (ROOT / "schemas" / name).write_text(found, encoding="utf-8")
        schemas.text.cache_clear()
    assert found == schemas.text(name)


@pytest.mark.parametrize("name", schemas.names())
def test_json_schemas_are_valid(name):
    if name.endswith(".schema.json"):
        jsonschema.Draft202012Validator.check_schema(schemas.load(name))


@pytest.mark.parametrize("folder", ["rules", "pipelines"])
def test_every_document_of_the_repository_is_valid(folder):
    schema = schemas.load({"rules": "rule", "pipelines": "pipeline"}[folder] + ".schema.json")
    paths = sorted((ROOT / folder).glob("*.yaml"))
    assert paths
    for path in paths:
        for document in read_documents(path):
            jsonschema.validate(document, schema)


@pytest.mark.parametrize(
    "step",
    [
        {"followed_by": "b", "wher": "x > 1"},
        {"followed_by": "b", "next": "c"},
        {"where": "x > 1", "times": 3},
        {"followed_by": 3},
    ],
)
def test_a_wrong_step_is_refused(step):
    rule = {"rule": "r", "on": "s", "pattern": ["a", step]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(rule, schemas.load("rule.schema.json"))
