"""Smaller forms of an exported graph: INT8 and half precision for what was learnt, and only that.

The input, derived channels, the normaliser and everything behind the heads stay in single
precision: a pressure in Pa is above what half precision can hold, and the logarithm of a small
error is below it.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx.utils import Extractor
from onnxruntime.quantization import CalibrationDataReader, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime.transformers.float16 import convert_float_to_float16

from models.errors import TrainingError
from models.windows import Floats

LEARNT = ("/encoder/", "/decoder/", "/classifier/")
CALIBRATION_WINDOWS = 512
CALIBRATION_BATCH = 64


def quantise(
    kind: str, model: Path, out: Path, windows: Floats, domain: Floats | None = None
) -> None:
    """Writes a smaller form of a graph; input and outputs stay float32.

    Args:
        kind: one of `KINDS`.
        model: ONNX file as `models.export` writes it.
        out: ONNX file to write.
        windows: float32 [count, channels, length] like those to be scored; `int8_static` takes the
            ranges of activations from up to 512 of them.
        domain: float32 [parameters] of these windows, where the graph takes them.

    Raises:
        TrainingError: when nothing in the graph was learnt.
    """
    with tempfile.TemporaryDirectory(prefix="tidegate-quantise-") as folder:
        prepared, made = Path(folder) / "prepared.onnx", Path(folder) / "made.onnx"
        with _quiet():
            quant_pre_process(model, prepared, skip_symbolic_shape=True)
            names = [node.name for node in _learnt(onnx.load(prepared).graph)]
            if not names:
                raise TrainingError(f"variant {kind}: no layer of the graph was learnt; leave it")
            KINDS[kind](prepared, made, names, _Calibration(windows, domain))
        graph = onnx.load(made)
        del graph.metadata_props[:]
        properties = {each.key: each.value for each in onnx.load(model).metadata_props}
        onnx.helper.set_model_props(graph, properties)
        onnx.checker.check_model(graph)
        out.write_bytes(graph.SerializeToString(deterministic=True))


def _int8_dynamic(model: Path, out: Path, names: list[str], seen: _Calibration) -> None:
    """Weights in 8 bits; activations are brought to 8 bits by their range in each call.

    Convolutions are left: with integers ONNX Runtime has no fast kernel for them on a CPU.
    """
    operators = ["MatMul", "Gemm", "LSTM"]
    quantize_dynamic(model, out, nodes_to_quantize=names, op_types_to_quantize=operators)


def _int8_static(model: Path, out: Path, names: list[str], seen: _Calibration) -> None:
    """Weights and activations in 8 bits, by ranges seen before; an LSTM stays as it is."""
    quantize_static(
        model,
        out,
        seen,
        nodes_to_quantize=names,
        op_types_to_quantize=["MatMul", "Gemm", "Conv"],
        per_channel=True,
    )


def _fp16(model: Path, out: Path, names: list[str], seen: _Calibration) -> None:
    """Weights and activations in half precision; a CPU without its arithmetic widens them again."""
    whole = onnx.load(model)
    graph = whole.graph
    chosen = set(names)
    inner = [node for node in graph.node if node.name in chosen]
    outer = [node for node in graph.node if node.name not in chosen]
    constants = {each.name for each in graph.initializer}
    made = {name for node in inner for name in node.output}
    wanted = _inputs(outer) | {each.name for each in graph.output}
    taken = sorted(_inputs(inner) - made - constants)
    given = [name for node in inner for name in node.output if name in wanted]
    half = convert_float_to_float16(
        Extractor(whole).extract_model(taken, given), keep_io_types=True
    ).graph
    # Names of its own, so that a constant that others need too may stay as it is for them.
    half = onnx.compose.add_prefix_graph(
        half, "half", rename_inputs=False, rename_outputs=False, rename_value_infos=False
    )
    kept = [each for each in graph.initializer if each.name in _inputs(outer)]
    nodes = _sorted([*outer, *half.node], {each.name for each in (*kept, *half.initializer)})
    for part, values in ((graph.node, nodes), (graph.initializer, [*kept, *half.initializer])):
        copies = [type(each).FromString(each.SerializeToString()) for each in values]
        del part[:]
        part.extend(copies)
    del graph.value_info[:]
    onnx.save(whole, out)


KINDS: dict[str, Callable[[Path, Path, list[str], _Calibration], None]] = {
    "int8_dynamic": _int8_dynamic,
    "int8_static": _int8_static,
    "fp16": _fp16,
}


class _Calibration(CalibrationDataReader):  # type: ignore[misc]
    """Windows from all over the data in batches, as ONNX Runtime asks for them."""

    def __init__(self, windows: Floats, domain: Floats | None) -> None:
        count = min(len(windows), CALIBRATION_WINDOWS)
        chosen = windows[np.linspace(0, len(windows) - 1, count).astype(int)]
        self._domain = domain
        self._batches: Iterator[Floats] = iter(
            [chosen[at : at + CALIBRATION_BATCH] for at in range(0, count, CALIBRATION_BATCH)]
        )

    def get_next(self) -> dict[str, Floats] | None:
        batch = next(self._batches, None)
        if batch is None or self._domain is None:
            return None if batch is None else {"window": batch}
        return {"window": batch, "domain": np.tile(self._domain, (len(batch), 1))}


def _learnt(graph: Any) -> list[Any]:
    """Nodes of encoder and heads, and those between them that an optimiser has renamed."""
    nodes = list(graph.node)
    named = [node.name.startswith(LEARNT) for node in nodes]
    after: set[str] = set()
    behind = []
    for node, own in zip(nodes, named, strict=True):
        behind.append(own or bool(set(node.input) & after))
        if behind[-1]:
            after |= set(node.output)
    before: set[str] = set()
    found = []
    for node, own, late in zip(reversed(nodes), reversed(named), reversed(behind), strict=True):
        if own or set(node.output) & before:
            before |= set(node.input)
            if late:
                found.append(node)
    return found[::-1]


def _inputs(nodes: Iterable[Any]) -> set[str]:
    """Names of what nodes take; an input that is left out has none."""
    return {name for node in nodes for name in node.input if name}


def _sorted(nodes: list[Any], there: set[str]) -> list[Any]:
    """Nodes in an order in which each finds what it takes; `there` are the constants."""
    made = {name for node in nodes for name in node.output}
    done, order, waiting = set(there), [], nodes
    while waiting:
        ready = [node for node in waiting if not (_inputs([node]) & made) - done]
        order += ready
        done |= {name for node in ready for name in node.output}
        waiting = [node for node in waiting if not set(node.output) <= done]
    return order


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps ONNX Runtime's tools from advising what has been done already."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
