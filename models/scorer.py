"""The scorer: frames of windows in, frames of scores out. Needs neither torch nor onnx."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from models.errors import ContractError, IntegrityError
from models.frames import Floats, ScoreFrame, decode_windows, encode_scores
from models.runtime import EMBEDDING, Session
from tidegate.model_card import check_window, read_card, variants

log = logging.getLogger(__name__)


class Scorer:
    """Scores windows with the model of one folder; a pure function of each window.

    A row's scores depend on nothing but its window: not on its neighbours, its place or how rows
    were split over frames. A window with a value that is not finite scores NaN in every output.
    """

    def __init__(
        self,
        model_dir: str | Path,
        expected_sha256: str | None = None,
        providers: Sequence[str] | None = None,
        channels: Sequence[str] | None = None,
        clock: Callable[[], float] = time.time,
        variant: str | None = None,
    ) -> None:
        """Loads a model folder and checks it.

        Args:
            model_dir: folder with `model.onnx` and `card.json`.
            expected_sha256: of the graph, as the plan states it: `model.onnx` or a variant of the
                folder; None: the card's word counts.
            providers: execution providers of ONNX Runtime; None: GPU when there, else CPU.
            channels: names of the channels as the windows carry them; None: as the card says.
            clock: wall time in seconds.
            variant: which graph of the folder, where no sha256 says it; None: `model.onnx`.

        Raises:
            IntegrityError: when the file's sha256 is not the expected one.
            ContractError: when graph and card differ in channels, length or outputs.
            ModelError: when a file is missing, altered or does not fit the channels.
        """
        folder = Path(model_dir)
        if variant is None and expected_sha256 is not None:
            named = {sha256: name for name, sha256 in variants(folder).items()}
            variant = named.get(expected_sha256)
        self.card = read_card(folder, variant)
        if expected_sha256 is not None and expected_sha256 != self.card.sha256:
            raise IntegrityError(
                f"model {folder}: sha256 of {self.card.file} is {self.card.sha256}, the plan was "
                f"made with {expected_sha256}; compile the plan again or restore the file"
            )
        if channels is not None:
            check_window(self.card, tuple(channels), self.card.length, "scorer")
        self._session = Session(folder / self.card.file, providers)
        self._clock = clock
        self._check_graph(folder)
        log.info(
            "model %s %s, sha256 %s, provider %s",
            self.card.name,
            self.card.version,
            self.card.sha256,
            self.provider,
        )

    @property
    def provider(self) -> str:
        """The execution provider that is really used."""
        return self._session.provider

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the score columns."""
        return self._session.outputs

    def score(self, frame: bytes) -> bytes:
        """Scores a request frame and returns the response frame (`models.frames`).

        Raises:
            FrameError: when the bytes are not one request.
            ContractError: when its windows are not of the model's shape.
        """
        request = decode_windows(frame)
        return encode_scores(
            ScoreFrame(
                self.provider,
                self.outputs,
                round(self._clock() * 1000),
                self.score_windows(request.windows),
                request.contexts,
            )
        )

    def score_windows(self, windows: Floats) -> Floats:
        """Scores windows given as an array.

        Args:
            windows: float32 [count, channels, length] in the card's units.

        Returns:
            float32 [count, outputs]; NaN in every column of a window that is not finite.

        Raises:
            ContractError: when the shape or type is another.
        """
        shape = (len(self.card.channels), self.card.length)
        # A frame without rows may leave the other two numbers open.
        if len(windows) and windows.shape[1:] != shape:
            raise ContractError(
                f"windows are [channels, length] = {list(windows.shape[1:])}, model "
                f"{self.card.name} {self.card.version} expects {list(shape)}"
            )
        if windows.dtype != np.float32:
            raise ContractError(f"windows are {windows.dtype}, expected float32")
        finite = np.isfinite(windows).all(axis=(1, 2))
        if finite.all():
            return self._session.run(windows)
        scores = np.full((len(windows), len(self.outputs)), np.nan, dtype=np.float32)
        scores[finite] = self._session.run(windows[finite])
        return scores

    def embedding(self, windows: Floats) -> Floats | None:
        """Latent vectors of windows, float32 [count, latent]; None where the graph gives none.

        Args:
            windows: float32 [count, channels, length], all finite.
        """
        return self._session.embedding(windows) if EMBEDDING in self._session.names else None

    def _check_graph(self, folder: Path) -> None:
        found = (self._session.channels, self._session.length)
        shape = (len(self.card.channels), self.card.length)
        if found != shape:
            raise ContractError(
                f"model {folder}: the graph takes [channels, length] = {list(found)}, its card "
                f"says {list(shape)}"
            )
        if self._session.names != self.card.outputs:
            raise ContractError(
                f"model {folder}: the graph gives {', '.join(self._session.names)}, its card says "
                f"{', '.join(self.card.outputs)}"
            )
        order = self._session.metadata.get("channels")
        if order is not None and order != ",".join(self.card.channels):
            raise ContractError(
                f"model {folder}: the graph was made for the channels {order}, its card says "
                f"{','.join(self.card.channels)}"
            )
