"""UR3 CobotOps: one session of a real cobot, a row a second; stops and lost grips."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from connectors.history import Columns, read_files
from models.windows import Series

JOINTS = range(6)
CHANNELS = (
    *(f"Current_J{joint}" for joint in JOINTS),
    "Temperature_T0",  # As the file has it.
    *(f"Temperature_J{joint}" for joint in JOINTS if joint),
    *(f"Speed_J{joint}" for joint in JOINTS),
    "Tool_current",
)
LABELS = ("Robot_ProtectiveStop", "grip_lost")
LENGTH, STRIDE = 10, 5


def read(file: Path, label: str) -> Series:
    """The session; the rows that lack a value are left out.

    Args:
        file: `session.csv`.
        label: one of `LABELS`.

    Raises:
        FileFormatError: when there is no such file, or it lacks a column.
    """
    columns = Columns(CHANNELS, "Timestamp", "text", label=label)
    (session,) = read_files([file], columns).groups
    assert session.labels is not None
    whole = np.isfinite(session.values).all(axis=1) & (session.labels >= 0)
    return Series("session", session.time[whole], session.values[whole], session.labels[whole])
