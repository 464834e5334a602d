"""Pipelines from YAML and their plans: what is found and resolved."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

import schemas
from tests.tidegate.pipelines import CHANNELS, document, iceberg, load, plan, with_stream
from tidegate import TidegateError, compile_plan, load_pipeline
from tidegate.errors import PlanError
from tidegate.plan import check_plan
from tidegate.validate import validate_rules

ROOT = Path(__file__).parents[2]


def test_what_is_left_out_has_its_default(folder):
    found = plan(folder, document())
    assert found["kafka"] == {
        "bootstrap": "localhost:9092",
        "group": "tidegate-p",
        "properties": {},
    }
    assert found["sinks"] == {
        "alerts": {"topic": "p-alerts", "delivery": "at_least_once"},
        "dead_letters": {"topic": "p-dead-letters"},
        "late_events": {"topic": "p-late"},
        "iceberg": None,
    }
    assert found["window"]["name"] == "last_8"
    assert found["window"]["rules"] == ["*"]


def test_kafka_properties_may_be_numbers(folder):
    kafka = {"bootstrap": "b:1", "properties": {"linger.ms": 5, "x": True, "acks": "all"}}
    found = plan(folder, document(kafka=kafka))["kafka"]["properties"]
    assert found == {"linger.ms": "5", "x": "true", "acks": "all"}


def test_variables_come_from_the_environment(folder):
    content = with_stream(topic="${PREFIX:-x}-joints") | {
        "kafka": {"bootstrap": "${BROKER}"},
        "window": {"stream": "joints", "channels": CHANNELS, "length": "${LENGTH:-8}"},
    }
    found = plan(folder, content, {"BROKER": "b:1", "PREFIX": "live"})
    assert found["kafka"]["bootstrap"] == "b:1"
    assert found["streams"][0]["topics"] == ["live-joints"]
    with pytest.raises(TidegateError, match=r"kafka: bootstrap: .* BROKER is not set"):
        plan(folder, content)


def test_files_are_found_beside_the_pipeline_above_it_and_here(folder):
    (folder / "pipelines").mkdir()
    (folder / "pipelines" / "p.yaml").write_text(yaml.safe_dump(document()), encoding="utf-8")
    assert load_pipeline("pipelines/p.yaml").model.folder == folder / "model"
    (folder / "elsewhere").mkdir()
    shutil.move(folder / "pipelines" / "p.yaml", folder / "elsewhere" / "p.yaml")
    assert load_pipeline(folder / "elsewhere" / "p.yaml").rules[0].id == "r"


def test_sqlite_catalog_is_named_alike_on_both_sides(folder):
    found = load(folder, iceberg()).iceberg
    assert (found.uri, found.warehouse) == ("sqlite:////data/catalog.db", "file:///data/warehouse")
    assert found.properties == {
        "catalog-impl": "org.apache.iceberg.jdbc.JdbcCatalog",
        "uri": "jdbc:sqlite:/data/catalog.db",
        "jdbc.schema-version": "V1",
        "clients": "1",
        "warehouse": "file:///data/warehouse",
    }


def test_relative_lake_starts_at_the_current_folder(folder):
    found = load(folder, iceberg(uri="sqlite:///lake/c.db", warehouse="file://lake/w")).iceberg
    assert found.uri == f"sqlite:///{folder}/lake/c.db"
    assert found.warehouse == f"file://{folder}/lake/w"


def test_other_catalogs(folder):
    postgres = iceberg(uri="postgresql+psycopg2://u:p%40w@db:5/lake", warehouse="s3://bucket/w")
    found = load(folder, postgres).iceberg.properties
    assert found["uri"] == "jdbc:postgresql://db:5/lake"
    assert (found["jdbc.user"], found["jdbc.password"]) == ("u", "p@w")
    assert found["warehouse"] == "s3://bucket/w"
    rest = load(folder, iceberg(uri="https://catalog", properties={"token": "t"})).iceberg
    assert rest.properties["catalog-impl"] == "org.apache.iceberg.rest.RESTCatalog"


def test_secrets_are_masked_when_shown(folder):
    content = iceberg(uri="postgresql://u:secret1@db/lake") | {
        "kafka": {"bootstrap": "b:1", "properties": {"sasl.jaas.config": "secret2", "acks": "all"}}
    }
    found = compile_plan(load(folder, content))
    assert "secret1" in found.to_json()
    assert "secret2" in found.to_json()
    shown = json.dumps(found.masked())
    assert "secret1" not in shown
    assert "secret2" not in shown
    assert '"acks": "all"' in shown


def test_a_heartbeat_has_a_topic_of_its_own_and_allows_what_the_streams_allow(folder):
    assert plan(folder, document())["heartbeat"] is None
    found = plan(folder, document(heartbeat={}))["heartbeat"]
    assert found == {"topic": "p-beats", "interval_ms": 1_000, "lag_ms": 10_000}
    slow = with_stream(out_of_orderness="30s") | {"heartbeat": {"interval": None}}
    assert plan(folder, slow)["heartbeat"] == {
        "topic": "p-beats",
        "interval_ms": None,
        "lag_ms": 30_000,
    }
    replayed = with_stream(idleness=None, bounded=True) | {"heartbeat": {}}
    assert plan(folder, replayed)["heartbeat"] is not None


def test_plan_of_another_form_is_refused(folder):
    found = dict(plan(folder, document()))
    check_plan(found)
    for change in ({"format": 2}, {"name": ""}, {"extra": 1}, {"streams": []}):
        with pytest.raises(PlanError, match=r"^plan: \$"):
            check_plan(found | change)


def test_equal_pipelines_give_equal_texts(folder):
    assert compile_plan(load(folder, document())).to_json() == json.dumps(
        plan(folder, document()), ensure_ascii=False
    )


def test_validation_checks_names_and_types_with_a_pipeline_only(folder):
    load(folder, document())
    (folder / "new.yaml").write_text(
        "rule: n\non: joints\nkey: robot_id\npattern: [{a: {where: curent_0 > 1}}]\n",
        encoding="utf-8",
    )
    (untyped,) = validate_rules("new.yaml")
    assert (untyped.id, untyped.stages, untyped.typed) == ("n", ("a",), False)
    with pytest.raises(TidegateError, match=r"^new\.yaml: rule n, stage a, where, column 1"):
        validate_rules("new.yaml", "p.yaml")
    (typed,) = validate_rules("rules.yaml", "p.yaml")
    assert typed.typed


def test_rules_of_the_repository_are_valid():
    for name in ("fraud", "cobot"):
        path = ROOT / "rules" / f"{name}.yaml"
        assert len(validate_rules(path, ROOT / "pipelines" / f"{name}.yaml")) >= 2


def test_public_schemas_are_avro():
    from fastavro.schema import parse_schema

    names = [name for name in schemas.names() if name.endswith(".avsc")]
    assert {"alert.avsc", "cobot_reading.avsc", "transaction.avsc"} <= set(names)
    for name in names:
        parse_schema(schemas.load(name))
