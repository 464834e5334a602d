"""When an excursion ends: not where the score is small again, but where it has fallen far."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from models.errors import TrainingError
from models.windows import Doubles


@dataclass(frozen=True)
class Release:
    """How scores are lowered once a machine has come back from further away.

    After a fault a machine seldom comes back to exactly where it was, and what is left looks
    anomalous beside the calibration. A score below `share` of the level that was kept before is
    therefore lowered in proportion; scores that rise, or stay up, are what they were. A level is
    kept when `lasting` windows in a row reach it: more than can overlap one spike, so that a spike
    hides nothing. It fades, for later faults may be smaller.

    Assumes that the next fault is not much smaller than the last one, or comes later than the
    memory. Fails where a second fault of less than `share` of the first follows at once.

    The rule of a release below the trip level is that of any alarm with hysteresis.

    Attributes:
        share: of the level, above 0 and at most 1.
        lasting: windows in a row; length / stride + 1 is what no spike reaches.
        memory: windows after which a level counts half.
    """

    share: float = 0.5
    lasting: int = 7
    memory: float = 80.0

    def __post_init__(self) -> None:
        """Checks the numbers.

        Raises:
            TrainingError: when one makes no sense.
        """
        if not 0 < self.share <= 1 or self.lasting < 1 or self.memory <= 0:
            raise TrainingError(
                f"release: share {self.share:g}, lasting {self.lasting}, memory {self.memory:g}; "
                "expected above 0 to 1, 1 or more, and above 0"
            )


@dataclass
class Releasing:
    """Scores of one machine in order of time, each lowered by what came before it.

    Attributes:
        release: how.
        level: that was kept and has faded since.
        recent: the last scores, as they came.
    """

    release: Release
    level: float = 0.0
    recent: deque[float] = field(default_factory=deque)

    def score(self, found: float) -> float:
        """What becomes of a window's score, both at least 0."""
        release = self.release
        self.level *= 0.5 ** (1.0 / release.memory)
        self.recent.append(found)
        if len(self.recent) > release.lasting:
            self.recent.popleft()
        if len(self.recent) == release.lasting:
            self.level = max(self.level, min(self.recent))
        limit = release.share * self.level
        return found if found >= limit else found * found / limit

    def snapshot(self) -> dict[str, Any]:
        """What `restore` takes: plain numbers."""
        return {"level": self.level, "recent": list(self.recent)}

    @staticmethod
    def restore(release: Release, state: dict[str, Any]) -> Releasing:
        """Goes on where `snapshot` was taken."""
        return Releasing(release, float(state["level"]), deque(map(float, state["recent"])))


def released(scores: Doubles, release: Release) -> Doubles:
    """Scores of one machine's windows in order of time, float64 [count], all lowered so."""
    releasing = Releasing(release)
    return np.array([releasing.score(float(each)) for each in scores])
