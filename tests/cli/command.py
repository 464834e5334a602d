"""Runs the `tidegate` command as a user does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tidegate.stack.jars import ROOT


def tidegate(
    *arguments: str, kafka: str | None = None, limit_s: float = 240
) -> subprocess.CompletedProcess[str]:
    """`tidegate ARGUMENTS` in the repository root, with `kafka` as its broker's address."""
    command = Path(sys.executable).parent / "tidegate"
    variables = {k: v for k, v in os.environ.items() if not k.startswith("TIDEGATE_")}
    variables |= {"COLUMNS": "200", "TERM": "dumb"}
    if kafka is not None:
        variables["TIDEGATE_KAFKA"] = kafka
    return subprocess.run(
        [str(command), *arguments],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=limit_s,
        check=False,
    )
