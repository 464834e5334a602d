"""What rules find in generated events, through the job's own classes without a cluster."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tidegate.generators import Case, Dataset
from tidegate.pipeline import load_inputs
from tidegate.testing import Result, run_rules


def run(rules: Iterable[Path], pipeline: Path, *datasets: Dataset) -> Result:
    """The rules over the events of all datasets, each in its own order."""
    rows = [row for data in datasets for row in data.rows]
    events = [{"stream": row.stream, **row.values} for row in rows]
    return run_rules(list(rules), events, pipeline=pipeline, near_misses=0)


def cases(result: Result, pipeline: Path) -> set[Case]:
    """The matches as cases, with identities as the pipeline's streams declare them."""
    identities = {name: stream.identity for name, stream in load_inputs(pipeline).streams.items()}

    def identity(event: Any) -> str:
        return "|".join(str(event[name]) for name in identities[event["stream"]])

    return {
        Case(match.rule, match.key, tuple(identity(event) for _, event in match.events))
        for match in result.matches
    }
