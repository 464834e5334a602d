"""SKAB: a water pump's test bed, a second a row, a file for each experiment."""

from __future__ import annotations

from pathlib import Path

from connectors.history import Columns, read_files
from models.windows import Series, Windows, cut_all
from tidegate.errors import FileFormatError

# Both temperatures rise from the start of an experiment to its end: they tell the time.
CLOCKS = ("Temperature", "Thermocouple")
SENSORS = (
    "Accelerometer1RMS",
    "Accelerometer2RMS",
    "Current",
    "Pressure",
    "Voltage",
    "Volume Flow RateRMS",
)
LENGTH, STRIDE = 60, 10


def read(folder: Path, channels: tuple[str, ...] = SENSORS) -> list[Series]:
    """The files of a folder, each a series of its own, its labels from the column `anomaly`.

    Args:
        folder: such as `skab/valve1`.
        channels: columns that are wanted.

    Raises:
        FileFormatError: when the folder has no such files.
    """
    files = sorted(folder.glob("*.csv"), key=lambda path: (len(path.stem), path.stem))
    if not files:
        raise FileFormatError(f"{folder}: no *.csv; expected a folder of SKAB, such as skab/valve1")
    history = read_files(files, Columns(channels, "datetime", "text", label="anomaly"))
    return [Series(each.name, each.time, each.values, each.labels) for each in history.groups]


def windows_of(series: list[Series]) -> Windows:
    """Windows of a minute, every ten seconds; anomalous where most of their rows are."""
    return cut_all(series, LENGTH, STRIDE, "majority")
