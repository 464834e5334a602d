"""Fixtures of the tests with whole jobs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cluster import Submitter
from tests.end_to_end.changing import PIPELINE
from tests.end_to_end.job import DetectJob
from tidegate.stack.options import StackOptions


@pytest.fixture
def job(
    stack: StackOptions, submit: Submitter, topic: Callable[..., str], tmp_path: Path
) -> DetectJob:
    """A job whose rules change, not started yet, with topics of its own."""
    name = topic("in").removesuffix("-in")
    return DetectJob(stack, submit, name, PIPELINE, tmp_path, f"{name}-in", None)
