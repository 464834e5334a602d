"""One ONNX graph from a trained network, checked against it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from models.card import Parity
from models.errors import ParityError
from models.runtime import CPU
from models.scoring.graph import ScoringGraph
from models.windows import Floats

OPSET = 17
TOLERANCE = 1e-4
PARITY_WINDOWS = 1000
PORTION = 256


def export(graph: ScoringGraph, path: Path, channels: Sequence[str], windows: Floats) -> Parity:
    """Writes the graph with a dynamic batch and compares it with the network.

    A graph that takes the numbers of a domain is compared with another row of them for each window.

    Args:
        graph: trained; everything between a raw window and its score is in it.
        path: ONNX file to write; removed again when the comparison fails.
        channels: names of the input's rows, kept in the file.
        windows: float32 [count, channels, length], at least 1,000, to compare on; see
            `parity_windows`.

    Returns:
        On how many windows it was compared, and the largest difference of any output.

    Raises:
        ParityError: fewer windows, or a difference above 1e-4.
    """
    if len(windows) < PARITY_WINDOWS:
        raise ParityError(f"{len(windows)} windows to compare on, expected {PARITY_WINDOWS}")
    graph.eval()
    inputs = _inputs(graph, windows[:2])
    names = ["window", "domain"][: len(inputs)]
    with warnings.catch_warnings():
        # The tracing exporter announces its successor, which cannot export an LSTM as one node,
        # and warns of LSTMs with a fixed batch; what it gives is compared below at every size.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            graph,
            inputs,
            path,
            dynamo=False,
            opset_version=OPSET,
            input_names=names,
            output_names=list(graph.outputs),
            dynamic_axes={name: {0: "batch"} for name in (*names, *graph.outputs)},
        )
    parameters = graph.network.preprocessing.numbers if graph.many else ()
    _finish(path, channels, parameters)
    parity = compare(graph, path, windows)
    if not parity.largest_difference <= TOLERANCE:
        path.unlink()
        raise ParityError(
            f"ONNX Runtime differs from the network by {parity.largest_difference:.2e} on "
            f"{parity.windows} windows, allowed is {TOLERANCE:.0e}; the graph was not kept"
        )
    return parity


def compare(graph: ScoringGraph, path: Path, windows: Floats) -> Parity:
    """The largest difference between network and file, over all outputs and windows."""
    session = onnxruntime.InferenceSession(path, providers=[CPU])
    largest = 0.0
    for at in range(0, len(windows), PORTION):
        inputs = _inputs(graph, windows[at : at + PORTION], at)
        with torch.no_grad():
            wanted = graph(*inputs)
        given = {"window": inputs[0], "domain": inputs[-1]}
        names = [each.name for each in session.get_inputs()]
        found = session.run(None, {name: given[name].numpy() for name in names})
        for one, other in zip(wanted, found, strict=True):
            # A difference that is NaN is one.
            difference = np.abs(one.numpy() - other).max()
            largest = float(np.maximum(largest, difference))
    return Parity(windows=len(windows), largest_difference=largest)


def parity_windows(parts: Sequence[Floats], count: int = PARITY_WINDOWS) -> Floats:
    """At least `count` windows to compare a graph with its network on.

    Args:
        parts: windows, float32 [some, channels, length] each, at least one together; taken in turn
            until there are enough.
        count: how many are wanted. Where there are fewer, weighted means of two make up for it.

    Returns:
        float32 [count or more, channels, length].
    """
    taken: list[Floats] = []
    for part in parts:
        if sum(len(each) for each in taken) < count:
            taken.append(part)
    windows = np.concatenate(taken)
    lacking = count - len(windows)
    if lacking <= 0:
        return windows
    random = np.random.default_rng(0)
    one, other = random.integers(len(windows), size=(2, lacking))
    share = random.random((lacking, 1, 1), dtype=np.float32)
    mixed = share * windows[one] + (1 - share) * windows[other]
    return np.concatenate([windows, mixed.astype(np.float32)])


def _inputs(graph: ScoringGraph, windows: Floats, first: int = 0) -> tuple[torch.Tensor, ...]:
    values = torch.from_numpy(windows)
    if not graph.many:
        return (values,)
    # Every domain in turn, each number up to a tenth larger or smaller.
    domains = graph.network.domains
    random = torch.Generator().manual_seed(first)
    shares = 0.9 + 0.2 * torch.rand(len(values), domains.shape[1], generator=random)
    rows = domains[torch.arange(first, first + len(values)) % len(domains)]
    return values, (rows * shares).contiguous()


def _finish(path: Path, channels: Sequence[str], parameters: Sequence[str]) -> None:
    model = onnx.load(path)
    for node in model.graph.node:
        node.ClearField("doc_string")
    properties = {"channels": ",".join(channels)}
    if parameters:
        properties["parameters"] = ",".join(parameters)
    onnx.helper.set_model_props(model, properties)
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
