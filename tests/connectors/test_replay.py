from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.events import EventSchema
from connectors.files import EventFile, Row
from connectors.replay import Form, Pace, Reject, replay
from tidegate.errors import FileFormatError

SCHEMA: dict[str, Any] = {
    "type": "record",
    "name": "Event",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    ],
}


class Clock:
    """A clock that moves only when somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


class Sent(list[tuple[str, bytes, bytes | None]]):
    """A sender that keeps what it is given."""

    def send(self, topic: str, value: bytes, key: bytes | None = None) -> None:
        self.append((topic, value, key))


def paced(speed: float, timestamps: list[int]) -> list[float]:
    """Wall seconds after the start at which each event is sent."""
    clock = Clock()
    pace = Pace(speed, lambda: clock.now, clock.pause)
    moments = []
    for timestamp in timestamps:
        pace.wait_for(timestamp)
        moments.append(clock.now - 100)
    return moments


def test_events_go_out_at_their_own_pace_times_the_speed() -> None:
    stamps = [5_000, 6_000, 6_000, 8_000]
    assert paced(1, stamps) == pytest.approx([0, 1, 1, 3])
    assert paced(60, stamps) == pytest.approx([0, 1 / 60, 1 / 60, 3 / 60])
    assert paced(0.5, stamps) == pytest.approx([0, 2, 2, 6])


def test_speed_zero_never_waits() -> None:
    assert paced(0, [0, 10**9]) == [0, 0]


def test_an_event_out_of_order_goes_out_at_once_and_shifts_nothing() -> None:
    assert paced(1, [5_000, 6_000, 1_000, 7_000]) == pytest.approx([0, 1, 1, 2])


def test_a_slow_sender_does_not_shift_what_follows() -> None:
    clock = Clock()
    pace = Pace(1, lambda: clock.now, clock.pause)
    pace.wait_for(0)
    clock.now += 2.5
    pace.wait_for(1000)
    pace.wait_for(3000)
    assert clock.waits == pytest.approx([0.5])


@given(st.lists(st.sampled_from(["good", "broken", "no time", "bad time", "no id"])))
def test_every_row_is_sent_or_rejected(kinds: list[str]) -> None:
    made = {
        "good": lambda n: Row(n, {"id": str(n), "ts": n}),
        "broken": lambda n: Row(n, problem="not CSV"),
        "no time": lambda n: Row(n, {"id": "x"}),
        "bad time": lambda n: Row(n, {"id": "x", "ts": "soon"}),
        "no id": lambda n: Row(n, {"id": None, "ts": n}),
    }
    rows = [made[kind](number) for number, kind in enumerate(kinds, start=1)]
    rejects: list[Reject] = []
    seen: list[None] = []
    sent = Sent()
    form = Form(EventSchema(SCHEMA), key=("id",))
    count = replay(
        rows, Path("f"), form, "t", sent, Pace(0), rejects.append, lambda: seen.append(None)
    )
    assert count == len(sent) == kinds.count("good")
    assert [key for _, _, key in sent] == [
        str(n).encode() for n, kind in enumerate(kinds, start=1) if kind == "good"
    ]
    assert [r.number for r in rejects] == [
        n for n, kind in enumerate(kinds, start=1) if kind != "good"
    ]
    assert len(seen) == len(kinds)


def test_a_reject_says_where_and_what() -> None:
    assert str(Reject(Path("f.csv"), 3, "a", "found 'x'")) == "f.csv:3: column 'a': found 'x'"
    assert str(Reject(Path("f.csv"), 3, None, "not CSV")) == "f.csv:3: not CSV"


def test_json_without_a_schema_passes_typed_rows_through() -> None:
    sent = Sent()
    rows = [Row(1, {"T": 5, "n": 1.5, "s": None})]
    form = Form(None, "json", event_time="ts", unit="s", columns={"T": "ts"})
    assert replay(rows, Path("f"), form, "t", sent, Pace(0), lambda reject: None) == 1
    assert sent == [("t", b'{"ts":5,"n":1.5,"s":null}', None)]


def form(**changes: Any) -> Form:
    return Form(**{"schema": EventSchema(SCHEMA), **changes})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (form(key=("nope",)), "field 'nope' is not in the schema: id, ts"),
        (form(event_time="nope"), "field 'nope' is not in the schema"),
        (form(schema=None, format="json"), "say which field holds the event time: --event-time"),
    ],
)
def test_names_are_checked_before_anything_is_sent(wrong: Form, message: str) -> None:
    with pytest.raises(FileFormatError, match=message):
        wrong.check_names()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (form(schema=None), "Avro messages need a schema"),
        (form(schema=None, format="json"), "CSV has no types; give --schema"),
        (form(), r"nothing fills field 'ts'; the columns are id, time; use --map COLUMN=ts"),
    ],
)
def test_a_file_that_cannot_fill_the_schema_is_refused(
    wrong: Form, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,time\n")
    with pytest.raises(FileFormatError, match=message):
        wrong.check(EventFile(path))
