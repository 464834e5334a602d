"""Pipelines from YAML and their plans: what is found, resolved, and refused with one line."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
import yaml

import schemas
from tidegate import Pipeline, TidegateError, compile_plan, load_pipeline
from tidegate.errors import ModelError, PlanError
from tidegate.plan import check_plan
from tidegate.validate import validate_rules

ROOT = Path(__file__).parents[2]
CHANNELS = ["current_0", "current_1"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a pipeline, a rule file, a schema and a model."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reading.avsc").write_text(schemas.text("cobot_reading.avsc"), encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(
        "rule: r\non: joints\nkey: robot_id\npattern: [{a: {where: current_0 > 1}}]\n",
        encoding="utf-8",
    )
    model = tmp_path / "model"
    model.mkdir()
    (model / "model.onnx").write_bytes(b"network")
    write_card(model)
    return tmp_path


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


def test_model_facts_come_from_the_card(folder):
    model = plan(folder, document(model={"path": "model", "batch_interval": "20ms"}))["model"]
    assert (model["name"], model["version"], model["threshold"]) == ("m", "3", 0.5)
    assert model["path"] == str(folder / "model")
    assert model["batch_interval_ms"] == 20
    overridden = plan(folder, document(model={"path": "model", "threshold": 0.9}))["model"]
    assert overridden["threshold"] == 0.9


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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"pipeline": "p"}, "p.yaml: kafka: missing"),
        (document(rule=["x"]), "p.yaml: rule: unknown key; did you mean 'rules'?"),
        (document(pipeline="a b"), "p.yaml: pipeline: found 'a b'"),
        (document(rules=["no.yaml"]), "p.yaml: rules: no.yaml: no such file; looked in"),
        (with_stream(schema="no.avsc"), "streams.joints.schema: no.avsc: no such file"),
        (with_stream(schema="rules.yaml"), "rules.yaml: not a JSON Avro schema"),
        (with_stream(schema="model"), "model: cannot be read: Is a directory"),
        (with_stream(topic=None), "streams.joints: topic: missing"),
        (with_stream(topic="a b"), "streams.joints.topic: found 'a b'"),
        (with_stream(format="xml"), "streams.joints.format: found 'xml'"),
        (with_stream(format="confluent_avro"), "format confluent_avro needs registry"),
        (with_stream(registry="http://x"), "format avro takes no registry"),
        (with_stream(event_time="time"), "event_time time: no such field; the schema has robot_id"),
        (with_stream(event_time="current_0"), "event_time current_0: found double"),
        (with_stream(key=["robot"]), "streams.joints.key: unknown field 'robot'; did you mean"),
        (with_stream(identity=["robot_id", "time"]), "streams.joints.identity: unknown field"),
        (with_stream(identity=["ts", "ts"]), "identity: a field occurs twice"),
        (
            with_stream(idleness="soon"),
            "streams.joints.idleness: found 'soon': 'soon' is no",
        ),
        (with_stream(topic="p-alerts"), "topic p-alerts is used by streams.joints and by alerts"),
        (document(rules_topic="p-late"), "topic p-late is used by late_events and by rules_topic"),
        (document(heartbeat={"topic": "joints"}), "is used by streams.joints and by heartbeat"),
        (document(heartbeat={"interval": "0s"}), "heartbeat.interval: found 0, expected a time"),
        (
            with_stream(idleness=None) | {"heartbeat": {}},
            "heartbeat: stream joints has no idleness, so it is never quiet and no beat would",
        ),
        (
            with_stream(out_of_orderness="5s") | {"heartbeat": {"lag": "4s"}},
            "heartbeat.lag: 4000 ms is less than out_of_orderness of stream joints, 5000 ms",
        ),
        (document(rules=["rules.yaml", "rules.yaml"]), "rule r: the id occurs in rules.yaml too"),
        (
            with_window(stream="joint"),
            "window.stream: unknown stream 'joint'; did you mean",
        ),
        (with_window(channels=["current_9"]), "stream joints has no field 'current_9'"),
        (with_window(channels=["robot_id"]), "field 'robot_id' is a string, expected a number"),
        (with_window(channels=["current_0"] * 2), "window.channels: a channel occurs twice"),
        (with_window(length=0), "window.length: found 0"),
        (with_window(rules=["q"]), "window.rules: unknown rule 'q'"),
        (with_window(key=["cycle"]), "window.key: 'cycle' is not in the key of stream joints"),
        (document(window=None), "model: needs a window to score"),
        (document(model={"path": "no"}), "p.yaml: model.path: no: no such file"),
        (iceberg(uri="mysql://x"), "iceberg: uri: found mysql://, expected sqlite:///FILE"),
        (with_window(length=16), "window.length is 16, model m 3 expects 8"),
        (with_window(channels=["current_0"]), "window.channels lacks current_1"),
        (
            with_window(channels=[*CHANNELS, "current_2"]),
            "window.channels has besides current_2; model m 3 expects current_0, current_1",
        ),
        (
            with_window(channels=CHANNELS[::-1]),
            "window.channels[0] is current_1, model m 3",
        ),
    ],
)
def test_mistake_gives_a_line_that_names_it(folder, content, message):
    with pytest.raises(TidegateError) as error:
        plan(folder, content)
    assert message in str(error.value)


def test_rule_of_another_key_cannot_open_the_window(folder):
    text = "rule: r\non: joints\nkey: [robot_id, ts]\npattern: [a]\n"
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(TidegateError, match="rule r has another key than the window"):
        plan(folder, with_window(rules=["r"]))
    with pytest.raises(TidegateError, match="no rule has the window's key"):
        plan(folder, document())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sha256": "0" * 64}, r"model model: sha256 of model\.onnx is .*, the card says 000"),
        ({"inputs": []}, r"card\.json: inputs: expected an input 'window'"),
        ({"outputs": ["probability"]}, r"card\.json: outputs: expected one called 'score'"),
        ({"threshold": {}}, r"card\.json: threshold\.value: Field required"),
    ],
)
def test_model_that_is_not_what_its_card_says_is_refused(folder, changes, message):
    write_card(folder / "model", **changes)
    with pytest.raises(ModelError, match=message):
        plan(folder, document())


@pytest.mark.parametrize("name", ["card.json", "model.onnx"])
def test_missing_model_file_is_named(folder, name):
    (folder / "model" / name).unlink()
    with pytest.raises(ModelError, match=rf"^model model: {name} is missing"):
        plan(folder, document())


def test_card_that_is_no_json_is_refused(folder):
    (folder / "model" / "card.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"card\.json: not JSON"):
        plan(folder, document())


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
