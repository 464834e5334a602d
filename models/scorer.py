"""The scorer: frames of windows in, frames of scores out. Needs neither torch nor onnx."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from models.domain_table import DomainTable, Found
from models.errors import ContractError, IntegrityError
from models.frames import Floats, ScoreFrame, decode_windows, encode_scores
from models.runtime import EMBEDDING, Session
from tidegate.model_card import check_window, read_card, variants

log = logging.getLogger(__name__)


class Scorer:
    """Scores windows with the model of one folder; a pure function of each window.

    A row's scores depend on nothing but its window, and its key where the model has numbers of
    keys: not on its neighbours, its place or how rows were split over frames. A window with a value
    that is not finite scores NaN in every output, and so does one whose key the model does not know
    where its card says `invalid`.
    """

    def __init__(
        self,
        model_dir: str | Path,
        expected_sha256: str | None = None,
        providers: Sequence[str] | None = None,
        channels: Sequence[str] | None = None,
        clock: Callable[[], float] = time.time,
        variant: str | None = None,
        expected_domains: str | None = None,
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
            expected_domains: sha256 of the domains' numbers, as the plan states it; None: the
                card's word counts.

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
        domain = self.card.domain
        found = None if domain is None else domain.sha256
        if expected_domains is not None and expected_domains != found:
            raise IntegrityError(
                f"model {folder}: sha256 of its domains' numbers is {found}, the plan was made "
                f"with {expected_domains}; compile the plan again or restore the file"
            )
        self.domains = (
            None if domain is None else DomainTable.read(folder / domain.file, domain.parameters)
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
            ContractError: when its windows are not of the model's shape, or have no keys and the
                model asks for them.
        """
        request = decode_windows(frame)
        if self.domains is not None and request.keys is None:
            raise ContractError(
                f"model {self.card.name} {self.card.version} has numbers of keys, and the frame "
                "has windows without keys; compile the plan again"
            )
        found = self._numbers(request.keys, len(request.windows))
        return encode_scores(
            ScoreFrame(
                self.provider,
                self.outputs,
                round(self._clock() * 1000),
                self._score(request.windows, found),
                request.contexts,
                0 if found is None else int(np.count_nonzero(~found.known)),
            )
        )

    def score_windows(self, windows: Floats, keys: Sequence[str] | None = None) -> Floats:
        """Scores windows given as an array.

        Args:
            windows: float32 [count, channels, length] in the card's units.
            keys: of the windows, where the model has numbers of keys; None: all by the default's.

        Returns:
            float32 [count, outputs]; NaN in every column of a window that is not finite, or whose
            key is unknown to a model that calls such a window invalid.

        Raises:
            ContractError: when the shape or type is another, or there are not as many keys.
        """
        return self._score(windows, self._numbers(keys, len(windows)))

    def _score(self, windows: Floats, domain: Found | None) -> Floats:
        shape = (len(self.card.channels), self.card.length)
        # A frame without rows may leave the other two numbers open.
        if len(windows) and windows.shape[1:] != shape:
            raise ContractError(
                f"windows are [channels, length] = {list(windows.shape[1:])}, model "
                f"{self.card.name} {self.card.version} expects {list(shape)}"
            )
        if windows.dtype != np.float32:
            raise ContractError(f"windows are {windows.dtype}, expected float32")
        valid = np.isfinite(windows).all(axis=(1, 2))
        if domain is not None and self._refuses_unknown:
            valid &= domain.known
        numbers = None if domain is None else domain.numbers
        if valid.all():
            return self._session.run(windows, numbers)
        scores = np.full((len(windows), len(self.outputs)), np.nan, dtype=np.float32)
        numbers = None if numbers is None else numbers[valid]
        scores[valid] = self._session.run(windows[valid], numbers)
        return scores

    def embedding(self, windows: Floats, keys: Sequence[str] | None = None) -> Floats | None:
        """Latent vectors of windows, float32 [count, latent]; None where the graph gives none.

        Args:
            windows: float32 [count, channels, length], all finite.
            keys: as in `score_windows`; an unknown one has the default's numbers.
        """
        if EMBEDDING not in self._session.names:
            return None
        domain = self._numbers(keys, len(windows))
        return self._session.embedding(windows, None if domain is None else domain.numbers)

    @property
    def _refuses_unknown(self) -> bool:
        return self.card.domain is not None and self.card.domain.unknown == "invalid"

    def _numbers(self, keys: Sequence[str] | None, count: int) -> Found | None:
        """Numbers for windows; None for a model that takes none."""
        if keys is not None and len(keys) != count:
            raise ContractError(f"{count} windows with {len(keys)} keys, expected as many")
        if self.domains is None:
            return None
        if keys is None:
            rows = np.broadcast_to(self.domains.default, (count, len(self.domains.parameters)))
            return Found(rows, np.ones(count, bool))
        return self.domains.of(keys)

    def _check_graph(self, folder: Path) -> None:
        found = (self._session.channels, self._session.length)
        shape = (len(self.card.channels), self.card.length)
        if found != shape:
            raise ContractError(
                f"model {folder}: the graph takes [channels, length] = {list(found)}, its card "
                f"says {list(shape)}"
            )
        stated = () if self.card.domain is None else self.card.domain.parameters
        named = self._session.metadata.get("parameters", ",".join(stated))
        if self._session.parameters != len(stated) or named != ",".join(stated):
            raise ContractError(
                f"model {folder}: the graph takes {self._session.parameters} numbers of a domain "
                f"({named or 'none'}), its card says {len(stated)}: {', '.join(stated) or 'none'}"
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
