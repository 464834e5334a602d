"""Windows of one part with all that a model says of them: what a report is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.scorer import Scorer
from models.windows import UNKNOWN, Bools, Doubles, Floats, Windows


@dataclass(frozen=True)
class Scored:
    """What a model says of windows.

    Attributes:
        part: name of the windows, such as `target_test`.
        windows: with their labels, -1 where they have none.
        scores: float64 [count].
        errors: float32 [count], reconstruction errors in deviations; None without a decoder.
        latent: float32 [count, latent]; None where the model does not give it.
        note: why these windows are measured and not drawn, in a sentence; empty where they are.
        before: what the reference says of the same windows, by `scores` and `latent`.
    """

    part: str
    windows: Windows
    scores: Doubles
    errors: Floats | None = None
    latent: Floats | None = None
    note: str = ""
    before: Before | None = None

    @property
    def labelled(self) -> bool:
        """Whether windows of both kinds are known."""
        return bool(self.of(False).any() and self.of(True).any())

    def of(self, anomalous: bool) -> Bools:
        """Which windows are known to be of a kind, bool [count]."""
        labels = self.windows.labels
        found: Bools = (labels > 0) if anomalous else (labels == 0)
        return found

    @property
    def unknown(self) -> Bools:
        """Which windows have no label, bool [count]."""
        found: Bools = self.windows.labels == UNKNOWN
        return found


@dataclass(frozen=True)
class Before:
    """What the reference says of windows.

    Attributes:
        scores: float64 [count].
        threshold: of the reference.
        latent: float32 [count, latent]; None where it does not give it.
    """

    scores: Doubles
    threshold: float
    latent: Floats | None = None

    @staticmethod
    def of(scorer: Scorer, windows: Windows, key: str | None = None) -> Before:
        """What a reference's file says of windows, all of one key where it has numbers of keys."""
        column, keys = scorer.outputs.index("score"), keys_of(scorer, key, len(windows))
        scores = scorer.score_windows(windows.values, keys)[:, column].astype(np.float64)
        return Before(scores, scorer.card.threshold, scorer.embedding(windows.values, keys))


def keys_of(scorer: Scorer, key: str | None, count: int) -> list[str] | None:
    """Keys of windows that are all of one domain; None where they have the default's numbers."""
    if scorer.domains is None or key is None or key not in scorer.domains.rows:
        return None
    return [key] * count


History = Mapping[str, list[float | None]]


def known_errors(scored: Scored) -> Floats | None:
    """Reconstruction errors that say something: None without a decoder."""
    if scored.errors is None or not np.any(scored.errors > 1e-6):
        return None
    return scored.errors
