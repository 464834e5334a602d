"""Own normal, learnt while it runs: only windows that were accepted as normal count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from models.deviation.regime import Regime
from models.errors import TrainingError
from models.windows import Doubles, Floats


@dataclass(frozen=True)
class Gate:
    """When a window may change what counts as normal.

    The first windows are taken on trust. Fails where a machine starts broken, or drifts by more
    than the gate before enough windows have come: it is then abnormal for ever; begin anew.

    Attributes:
        trusted: windows at the beginning that are taken as they come.
        widest: largest deviation of any channel, in spreads, of a window that is accepted.
        memory: windows that count; older ones fade. None: all count alike.
    """

    trusted: int = 20
    widest: float = 2.0
    memory: int | None = None

    def __post_init__(self) -> None:
        """Checks the numbers.

        Raises:
            TrainingError: when one makes no sense.
        """
        if self.trusted < 1 or self.widest <= 0 or (self.memory is not None and self.memory < 1):
            raise TrainingError(
                f"gate: trusted {self.trusted}, widest {self.widest:g}, memory {self.memory}; "
                "expected 1 or more, above 0, and 1 or more or none"
            )


@dataclass
class GatedNormal:
    """Scores windows of one machine in order of time, each by what came before it.

    Attributes:
        gate: when a window is accepted.
        weight: of the windows accepted so far.
        means: float64 [channels], mean of their samples.
        squares: float64 [channels], mean square of their samples around it.
    """

    gate: Gate
    weight: float = 0.0
    means: Doubles = field(default_factory=lambda: np.zeros(0))
    squares: Doubles = field(default_factory=lambda: np.zeros(0))

    def score(self, window: Floats) -> float:
        """The largest deviation of a window, float32 [channels, length]; 0 for the first.

        The window is then accepted or not.
        """
        if not self.weight:
            self._accept(window)
            return 0.0
        regime = self.regime
        found = float(regime.scores(window[None])[0])
        if self.weight < self.gate.trusted or found <= self.gate.widest:
            self._accept(window)
        return found

    @property
    def regime(self) -> Regime:
        """What is normal so far."""
        floor = 1e-6 * (1.0 + np.abs(self.means))
        spread = np.maximum(np.sqrt(self.squares), floor)
        return Regime(self.means.astype(np.float32), spread.astype(np.float32))

    def snapshot(self) -> dict[str, Any]:
        """What `restore` takes: plain numbers."""
        return {
            "weight": self.weight,
            "means": self.means.tolist(),
            "squares": self.squares.tolist(),
        }

    @staticmethod
    def restore(gate: Gate, state: dict[str, Any]) -> GatedNormal:
        """Goes on where `snapshot` was taken."""
        means, squares = (np.array(state[name], np.float64) for name in ("means", "squares"))
        return GatedNormal(gate, float(state["weight"]), means, squares)

    def _accept(self, window: Floats) -> None:
        wide = window.astype(np.float64)
        mean, square = wide.mean(axis=1), wide.var(axis=1)
        if not self.weight:
            self.weight, self.means, self.squares = 1.0, mean, square
            return
        memory = self.gate.memory
        kept = self.weight if memory is None else min(self.weight, memory - 1.0)
        share = 1.0 / (kept + 1.0)
        step = mean - self.means
        self.squares = (1 - share) * self.squares + share * square + share * (1 - share) * step**2
        self.means = self.means + share * step
        self.weight = kept + 1.0
