"""The shipped cobot pipeline as a job, with another model and a test's own readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.cluster import Submitter
from tests.end_to_end.job import DetectJob
from tidegate.stack.jars import ROOT
from tidegate.stack.options import StackOptions

# After all readings of a test, so that time passes them.
END_MS = 3_600_000


def cobot_job(
    stack: StackOptions,
    submit: Submitter,
    lake: Path,
    name: str,
    rows: Sequence[Mapping[str, Any]],
    model: str,
) -> DetectJob:
    """A job that has handled all readings but the last, which only lets time pass.

    Args:
        stack: broker and cluster.
        submit: of jobs.
        lake: folder of the tables.
        name: end of the topics' names; the alerts' is `cobot-alerts-NAME`.
        rows: readings in the order of their time.
        model: the pipeline's, as YAML in one line.
    """
    run = DetectJob(
        stack,
        submit,
        "cobot",
        ROOT / "pipelines" / "cobot.yaml",
        lake,
        f"cobot-joints-{name}",
        ROOT / "schemas" / "cobot_reading.avsc",
    )
    end = dict.fromkeys(rows[0]) | {"robot_id": "end", "ts": END_MS}
    run.produce((0, run.encode(row)) for row in [*rows, end])
    settings = [
        f"streams.joints.topic={run.topic}",
        f"alerts.topic=cobot-alerts-{name}",
        f"model={model}",
    ]
    run.start(preflight=True, settings=settings)
    run.wait_until_handled(read=len(rows) + 1, pending=1)
    return run
