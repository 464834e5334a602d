"""A pipeline whose window is cut wherever a machine says `go`, and whose key goes silent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

LENGTH = 4
IDLE = 20_000
BOUND = 3_000


def write_pipeline(folder: Path, **changes: Any) -> Path:
    """The pipeline's file, its rule and its schema; the model that it names is not there yet."""
    fields: list[dict[str, Any]] = [
        {"name": "id", "type": "string"},
        {"name": "machine", "type": "string"},
        {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "a", "type": ["null", "double"], "default": None},
        {"name": "b", "type": ["null", "double"], "default": None},
        {"name": "go", "type": "boolean"},
    ]
    schema = {"type": "record", "name": "Sample", "namespace": "t", "fields": fields}
    (folder / "sample.avsc").write_text(json.dumps(schema))
    rule = {"on": "samples", "version": 1, "severity": "low", "summary": "{key}"}
    rules = [
        {**rule, "rule": "go", "pattern": [{"go": {"where": "go"}}]},
        {**rule, "rule": "never", "pattern": [{"far": {"where": "a > 1000000000.0"}}]},
    ]
    (folder / "rules.yaml").write_text(yaml.safe_dump({"rules": rules}))
    document: dict[str, Any] = {
        "pipeline": "trigger",
        "kafka": {"bootstrap": "localhost:9092"},
        "streams": {
            "samples": {
                "topic": "samples",
                "schema": "sample.avsc",
                "format": "avro",
                "event_time": "ts",
                "key": "machine",
                "identity": ["id"],
                "out_of_orderness": "3s",
            }
        },
        "keys": {"idle": "20s"},
        "rules": ["rules.yaml"],
        "window": {"stream": "samples", "channels": ["a", "b"], "length": LENGTH},
        "model": {"path": "registry/none/1"},
    }
    path = folder / "pipeline.yaml"
    path.write_text(yaml.safe_dump({**document, **changes}))
    return path
