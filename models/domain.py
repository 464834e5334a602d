"""Labelled windows of the cobot's two domains, split by session."""

from __future__ import annotations

from dataclasses import dataclass

from models.generator import Brand, make_session
from models.windows import Windows, cut, labels_of


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
        parts = []
        for seed in range(self.first_seed, self.first_seed + self.sessions):
            session = make_session(self.brand, self.minutes * 60, seed)
            parts.append(
                Windows(
                    cut(session.values, length, stride),
                    labels_of(session.labels, length, stride),
                )
            )
        return Windows.join(parts)

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
