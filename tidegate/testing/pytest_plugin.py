"""Pytest fixture for tests of rules; pytest finds it where Tidegate is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tidegate.testing.results import Result


@pytest.fixture(scope="session")
def tidegate_rules() -> Iterator[Callable[..., Result]]:
    """Runs rules over events: `tidegate.testing.run_rules` with a Java process of the session.

    The process is started by the first test that asks for it and ends with the last.
    """
    # Not before a test asks: pytest imports this module at its start, whatever it then runs.
    from connectors.local_run.process import RuleProcess
    from tidegate.testing.run import run_rules

    process = RuleProcess()
    yield partial(run_rules, process=process)
    process.close()
