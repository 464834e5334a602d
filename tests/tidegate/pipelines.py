"""A small pipeline as a document, and its files, to be changed by a test."""

import hashlib
import json

import yaml

import schemas
from tidegate import Pipeline, compile_plan, load_pipeline

CHANNELS = ["current_0", "current_1"]


def write_files(folder):
    """A rule file, a schema and a model."""
    (folder / "rules.yaml").write_text(
        "rule: r\non: joints\nkey: robot_id\npattern: [{a: {where: current_0 > 1}}]\n",
        encoding="utf-8",
    )
    (folder / "reading.avsc").write_text(schemas.text("cobot_reading.avsc"), encoding="utf-8")
    model = folder / "model"
    model.mkdir()
    (model / "model.onnx").write_bytes(b"network")
    write_card(model)


def write_card(model, **changes):
    card = {
        "name": "m",
        "version": "3",
        "sha256": hashlib.sha256(b"network").hexdigest(),
        "inputs": [
            {
                "name": "window",
                "channels": [{"name": c, "unit": "A"} for c in CHANNELS],
                "length": 8,
            }
        ],
        "outputs": ["score"],
        "threshold": {"value": 0.5, "chosen_by": "validation"},
    }
    (model / "card.json").write_text(json.dumps(card | changes), encoding="utf-8")


def document(**changes):
    return {
        "pipeline": "p",
        "kafka": {"bootstrap": "localhost:9092"},
        "streams": {
            "joints": {
                "topic": "joints",
                "schema": "reading.avsc",
                "event_time": "ts",
                "key": ["robot_id"],
            }
        },
        "rules": ["rules.yaml"],
        "window": {"stream": "joints", "channels": CHANNELS, "length": 8},
        "model": {"path": "model"},
    } | changes


def with_stream(**changes):
    return document(streams={"joints": document()["streams"]["joints"] | changes})


def with_window(**changes):
    return document(window=document()["window"] | changes)


def load(folder, content, environment=None) -> Pipeline:
    (folder / "p.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return load_pipeline("p.yaml", environment or {})


def plan(folder, content, environment=None):
    return compile_plan(load(folder, content, environment)).document


def iceberg(**changes):
    return document(
        iceberg={
            "catalog": "lake",
            "uri": "sqlite:////data/catalog.db",
            "warehouse": "file:///data/warehouse",
            "namespace": "n",
        }
        | changes
    )
