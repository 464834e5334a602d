"""The map function that hands frames of windows to the scorer, once a slot."""

from __future__ import annotations

from collections.abc import Sequence

from pyflink.datastream import MapFunction, RuntimeContext

from models.scorer import Scorer


class ScoreFrames(MapFunction):  # type: ignore[misc]
    """Request frame in, response frame out (`models.frames`); holds no state.

    Args:
        path: model folder, as the TaskManagers see it.
        sha256: of `model.onnx`, as the plan states it; another file fails the job.
        channels: channels of a window in the order of its rows.
        domains: sha256 of the numbers of domains, as the plan states it; None where it has none.
    """

    def __init__(
        self, path: str, sha256: str, channels: Sequence[str], domains: str | None = None
    ) -> None:
        self._path = path
        self._sha256 = sha256
        self._channels = tuple(channels)
        self._domains = domains
        self._scorer: Scorer | None = None

    def open(self, runtime_context: RuntimeContext) -> None:
        """Load the model: once a slot, not once a frame."""
        self._scorer = Scorer(
            self._path, self._sha256, channels=self._channels, expected_domains=self._domains
        )

    def map(self, value: bytes) -> bytes:
        """Score one frame."""
        if self._scorer is None:
            raise RuntimeError("map was called before open")
        return self._scorer.score(bytes(value))
