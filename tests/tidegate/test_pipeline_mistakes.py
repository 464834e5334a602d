"""Mistakes in pipelines: each gives one line that names it."""

import pytest

from tests.tidegate.pipelines import CHANNELS, document, iceberg, plan, with_stream, with_window
from tidegate import TidegateError


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
