"""The readings that the demo replays."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tidegate.errors import TidegateError
from tidegate.stack.jars import ROOT

UR3_COLUMN = "Robot_ProtectiveStop"
UR3_MAPPING = ROOT / "pipelines" / "mappings" / "ur3_cobotops.yaml"


@dataclass(frozen=True)
class Session:
    """A file of cobot readings, and how to replay it.

    Attributes:
        file: CSV file.
        title: what it is and where it comes from, for people.
        arguments: further arguments of `tidegate replay`.
    """

    file: Path
    title: str
    arguments: tuple[str, ...] = ()


def generated(folder: Path, robots: int, minutes: int, seed: int) -> Session:
    """A generated session, written below `folder`."""
    file = folder / "session.csv"
    command = [sys.executable, "-m", "models.generator", "--out", str(file)]
    command += ["--robots", str(robots), "--minutes", str(minutes), "--seed", str(seed)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return Session(
        file, f"GENERATED cobot session: {robots} robots, {minutes} minutes, seed {seed}"
    )


def from_file(file: Path) -> Session:
    """A session of the user's own: columns as in schemas/cobot_reading.avsc, or UR3 CobotOps'.

    Raises:
        TidegateError: when the file cannot be read.
    """
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            header = stream.readline().split(",")
    except OSError as error:
        raise TidegateError(f"{file}: {error.strerror}") from error
    if UR3_COLUMN in (name.strip() for name in header):
        return Session(
            file,
            "REAL session of a UR3 cobot (UR3 CobotOps, UCI 963, CC BY 4.0)",
            ("--mapping", str(UR3_MAPPING.relative_to(ROOT))),
        )
    return Session(file, f"session of {file.name}")
