"""Sessions of the generated robot as series."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.errors import TrainingError
from models.generator import CHANNELS, SOURCE, TARGET, Session, make_session
from models.training.definition import Generated, WindowDefinition
from models.windows import Series

BRANDS = {"source": SOURCE, "target": TARGET}


def generate(what: Generated, window: WindowDefinition) -> list[Series]:
    """The sessions that a training file asks for, each a group of its own.

    Raises:
        TrainingError: when the window has a channel that the robot has not.
    """
    unknown = [name for name in window.names if name not in CHANNELS]
    if unknown:
        raise TrainingError(
            f"window.channels: the generated robot has no {unknown[0]}; it has "
            f"{', '.join(CHANNELS)}"
        )
    columns = [CHANNELS.index(name) for name in window.names]
    return [series_of(session, name, columns) for name, session in sessions_of(what)]


def sessions_of(what: Generated) -> Iterator[tuple[str, Session]]:
    """Name and readings of each session that a training file asks for."""
    for seed in range(what.seed, what.seed + what.sessions):
        yield f"{what.brand}-{seed}", make_session(BRANDS[what.brand], what.minutes * 60, seed)


def series_of(session: Session, name: str, columns: list[int] | None = None) -> Series:
    """A generated session as a series of one sample a second.

    Args:
        session: to take the readings and labels of.
        name: of the series.
        columns: of the session that are wanted, in their order; None: all.
    """
    seconds = np.arange(len(session.values), dtype=np.int64)
    values = session.values if columns is None else session.values[:, columns]
    return Series(name, seconds * 1000, values, session.labels.astype(np.int64))
