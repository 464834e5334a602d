"""Labelled windows of the cobot's two domains, split by session."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.generator import Brand, Session, make_session
from models.windows import Series, Windows, cut_all


@dataclass(frozen=True)
class Split:
    """Sessions that one part of the data is made of.

    Sessions, not windows, are divided: windows of one session share its faults and would carry
    them from one part into another.

    Attributes:
        brand: of the robots.
        first_seed: of the first session; each further one has the next number.
        sessions: how many.
        minutes: length of each.
    """

    brand: Brand
    first_seed: int
    sessions: int
    minutes: int

    def windows(self, length: int, stride: int) -> Windows:
        """All windows of the sessions, none across two of them."""
        last = self.first_seed + self.sessions
        sessions = (
            series_of(
                make_session(self.brand, self.minutes * 60, seed), f"{self.brand.name}-{seed}"
            )
            for seed in range(self.first_seed, last)
        )
        return cut_all(list(sessions), length, stride)

    def describe(self, windows: Windows) -> dict[str, object]:
        """For a model card."""
        last = self.first_seed + self.sessions - 1
        return {
            "brand": self.brand.name,
            "sessions": self.sessions,
            "minutes_each": self.minutes,
            "seeds": f"{self.first_seed} to {last}",
            "windows": len(windows),
            "prevalence": round(windows.prevalence, 4),
        }


def series_of(session: Session, name: str) -> Series:
    """A generated session as a series of one sample a second."""
    seconds = np.arange(len(session.values), dtype=np.int64)
    return Series(name, seconds * 1000, session.values, session.labels.astype(np.int64))
