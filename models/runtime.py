"""Sessions of ONNX Runtime: which provider, how many threads, in what portions."""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from models.errors import ContractError

log = logging.getLogger(__name__)

CPU = "CPUExecutionProvider"
GPU = "CUDAExecutionProvider"

# Output with a vector a window.
EMBEDDING = "embedding"
# Input with the numbers of each window's machine.
DOMAIN = "domain"

# Rows that go to the graph at once. On a CPU portions of 16 score more windows a second than
# portions of 64 (CNN + BiLSTM of 64: 9.6 k against 8.4 k on one core), because their activations
# stay in the cache; a GPU wants them large. A single row has no portion of its own: matrix times
# vector is another kernel, and was seen to round differently.
PORTIONS = {CPU: (8, 16)}
LARGE_PORTIONS = (8, 64)

Floats = npt.NDArray[np.float32]


class Session:
    """A graph in ONNX Runtime that scores a row alike in whatever company it comes."""

    def __init__(self, model: Path, providers: Sequence[str] | None = None) -> None:
        """Loads the graph with one thread, on a GPU when there is one.

        Args:
            model: ONNX file with the input `window`, float32 [batch, channels, length], and
                `domain`, float32 [batch, parameters], where it serves many machines.
            providers: execution providers in order of preference; None: GPU if there, else CPU.

        Raises:
            ContractError: when the file is not a graph with such inputs.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        wanted = list(providers) if providers is not None else preferred_providers()
        try:
            self._session = onnxruntime.InferenceSession(model, options, providers=wanted)
        except Exception as error:  # ONNX Runtime raises classes of its own without a common root.
            raise ContractError(f"model file {model}: cannot be loaded: {error}") from error
        self.provider: str = self._session.get_providers()[0]
        outputs = self._session.get_outputs()
        self.names: tuple[str, ...] = tuple(each.name for each in outputs)
        # A vector a window, such as an embedding, is not asked for and costs little.
        self.outputs: tuple[str, ...] = tuple(o.name for o in outputs if len(o.shape) == 1)
        inputs = {i.name: tuple(i.shape) for i in self._session.get_inputs()}
        shapes = {name: len(shape) for name, shape in inputs.items()}
        if shapes not in ({"window": 3}, {"window": 3, DOMAIN: 2}):
            raise ContractError(
                f"model file {model}: inputs are {inputs}, expected window [batch, channels, "
                "length] and at most domain [batch, parameters] beside it"
            )
        _, self.channels, self.length = inputs["window"]
        self.parameters: int = inputs[DOMAIN][1] if DOMAIN in inputs else 0
        self.metadata: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
        self.portions = self._lawful_portions(PORTIONS.get(self.provider, LARGE_PORTIONS))
        log.info(
            "%s runs on %s, portions of %s windows", model.parent, self.provider, self.portions
        )

    def run(self, windows: Floats, domain: Floats | None = None) -> Floats:
        """Scores windows.

        Args:
            windows: float32 [count, channels, length]; count may be 0.
            domain: float32 [count, parameters], or [parameters] for all, where the graph takes it.

        Returns:
            float32 [count, outputs].

        Raises:
            ContractError: when the graph takes a domain and has none, or the other way round.
        """
        return self._run(windows, self.portions, self._wide(domain, len(windows)))

    def embedding(self, windows: Floats, domain: Floats | None = None) -> Floats:
        """Latent vectors of windows, float32 [count, latent], of a graph that gives them.

        Args:
            windows: float32 [count, channels, length].
            domain: as in `run`.
        """
        size, wide = self.portions[-1], self._wide(domain, len(windows))
        found = []
        for at in range(0, max(len(windows), 1), size):
            given = {"window": windows[at : at + size]}
            if wide is not None:
                given[DOMAIN] = wide[at : at + size]
            found.append(self._session.run([EMBEDDING], given)[0])
        joined: Floats = np.concatenate(found)
        return joined

    def _wide(self, domain: Floats | None, count: int) -> Floats | None:
        """Numbers for every window; None for a graph that takes none."""
        if (domain is None) != (self.parameters == 0):
            wanted = f"{self.parameters} numbers of a domain" if self.parameters else "no domain"
            raise ContractError(f"the graph takes {wanted}, given were {_shape(domain)}")
        if domain is None:
            return None
        if domain.shape not in ((self.parameters,), (count, self.parameters)):
            raise ContractError(
                f"domain is {_shape(domain)}, the graph expects [{count}, {self.parameters}]"
            )
        return np.broadcast_to(domain, (count, self.parameters))

    def _run(
        self, windows: Floats, portions: tuple[int, ...], domain: Floats | None = None
    ) -> Floats:
        scores = np.empty((len(windows), len(self.outputs)), dtype=np.float32)
        at = 0
        while at < len(windows):
            left = len(windows) - at
            size = next((p for p in portions if p >= left), portions[-1])
            rows = min(size, left)
            portion = windows[at : at + rows]
            if rows < size:
                padding = np.zeros((size - rows, *windows.shape[1:]), dtype=np.float32)
                portion = np.concatenate([portion, padding])
            given = {"window": np.ascontiguousarray(portion)}
            if domain is not None:
                # Ones, since rows are divided by some of these: what pads is finite too.
                numbers = np.ones((size, self.parameters), np.float32)
                numbers[:rows] = domain[at : at + rows]
                given[DOMAIN] = numbers
            results = self._session.run(self.outputs, given)
            for column, result in enumerate(results):
                scores[at : at + rows, column] = np.asarray(result).reshape(size)[:rows]
            at += rows
        return scores

    def _lawful_portions(self, portions: tuple[int, ...]) -> tuple[int, ...]:
        """Portions of which each gives the same bits; only the largest where they differ.

        Matrix kernels may add in another order for another number of rows. Whether they do
        depends on the machine, so it is tried on the machine. Where a graph takes a range over all
        of its rows, as dynamic quantisation does, a row's scores depend on its neighbours, and each
        is scored alone.
        """
        largest, random = portions[-1], np.random.default_rng(0)
        probe = random.normal(size=(largest, self.channels, self.length)).astype(np.float32)
        numbers = random.uniform(0.5, 2.0, (largest, self.parameters)).astype(np.float32)
        domain = numbers if self.parameters else None
        whole = self._run(probe, (largest,), domain)
        others, theirs = probe.copy(), None
        others[1::2] *= 30.0
        if domain is not None:
            theirs = domain.copy()
            theirs[1::2] *= 3.0
        if not np.array_equal(self._run(others, (largest,), theirs)[::2], whole[::2]):
            log.warning("windows change the scores of their neighbours; each is scored alone")
            return (1,)
        kept = tuple(
            size
            for size in portions[:-1]
            if np.array_equal(
                np.concatenate(
                    [
                        self._run(
                            probe[at : at + size],
                            (size,),
                            None if domain is None else domain[at : at + size],
                        )
                        for at in range(0, largest, size)
                    ]
                ),
                whole,
            )
        )
        if kept != portions[:-1]:
            lost = sorted(set(portions[:-1]) - set(kept))
            log.warning("portions of %s score differently on this machine, not used", lost)
        return (*kept, portions[-1])


def _shape(domain: Floats | None) -> str:
    return "none" if domain is None else str(list(domain.shape))


def preferred_providers() -> list[str]:
    """The GPU's provider first where the package has it and a driver is installed, then the CPU's.

    Without a driver the GPU's provider is not even tried: ONNX Runtime would write a screenful of
    errors before it falls back.
    """
    if GPU not in onnxruntime.get_available_providers():
        return [CPU]
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        return [CPU]
    return [GPU, CPU]
