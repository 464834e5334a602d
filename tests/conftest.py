"""Fixtures for tests against a real Kafka broker and a real Flink cluster.

One stack serves a whole session, or each of its workers (`make test` has several): free ports, its
own data folder, no process left behind. A test keeps apart from the others by the topics it makes.
Tests that start a further stack are of the group `another_stack`, so that one runs at a time.

| fixture | is |
|---|---|
| `stack` | options of the running stack: ports, folders |
| `kafka_bootstrap` | the broker's address |
| `flink_rest` | client of the cluster's REST interface |
| `topic` | makes a new topic: `topic("events", partitions=2)` returns its name |
| `submit` | runs `flink run`: `submit("jobs/detect.py", "--pipeline", FILE)` returns the job's id |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from connectors.flink import FlinkRest
from tests.cluster import Submitter, running_stack
from tidegate.stack.options import StackOptions

_numbers = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--refresh-golden",
        action="store_true",
        help="write the golden files in tests/golden anew instead of comparing with them",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several workers share the tests, the long ones come first: none is left for the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    if item.path.parent.name == "end_to_end":
        return 0
    return 1 if "stack" in getattr(item, "fixturenames", ()) else 2


@pytest.fixture(scope="session")
def stack() -> Iterator[StackOptions]:
    """Options of a running stack, started once a session and gone afterwards."""
    with running_stack() as options:
        yield options


@pytest.fixture(scope="session")
def kafka_bootstrap(stack: StackOptions) -> str:
    """Address of the session's broker."""
    return stack.bootstrap


@pytest.fixture(scope="session")
def flink_rest(stack: StackOptions) -> FlinkRest:
    """Client of the session's cluster; its address is `flink_rest.url`."""
    return FlinkRest(stack.flink_rest)


@pytest.fixture
def topic(kafka_bootstrap: str, request: pytest.FixtureRequest) -> Callable[..., str]:
    """Makes topics that no other test has; old events are kept in them."""
    from connectors.kafka import REPLAY_TOPIC, ensure_topic

    test = re.sub(r"[^a-zA-Z0-9]+", "-", request.node.name).strip("-")[:60]

    def make(name: str = "events", partitions: int = 1) -> str:
        full = f"{test}-{next(_numbers)}-{name}"
        assert ensure_topic(kafka_bootstrap, full, partitions, REPLAY_TOPIC)
        return full

    return make


@pytest.fixture
def submit(stack: StackOptions) -> Iterator[Submitter]:
    """Submits jobs with `flink run`; what still runs at the end of the test is cancelled."""
    submitter = Submitter(stack)
    yield submitter
    submitter.cancel_all()
