"""One ONNX graph from a trained network, checked against it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch

from models.card import Parity
from models.errors import ParityError
from models.networks.detector import ScoringGraph
from models.runtime import CPU, Session
from models.windows import Floats

OUTPUTS = ("score", "probability", "reconstruction_error")
OPSET = 17
TOLERANCE = 1e-4
PARITY_WINDOWS = 1000


def export(graph: ScoringGraph, path: Path, channels: Sequence[str], windows: Floats) -> Parity:
    """Writes the graph with a dynamic batch and compares it with the network.

    Args:
        graph: trained; normaliser, heads and score are all in it.
        path: ONNX file to write; removed again when the comparison fails.
        channels: names of the input's rows, kept in the file.
        windows: float32 [count, channels, length], at least 1,000, to compare on.

    Returns:
        On how many windows it was compared, and the largest difference of any output.

    Raises:
        ParityError: fewer windows, or a difference above 1e-4.
    """
    if len(windows) < PARITY_WINDOWS:
        raise ParityError(f"{len(windows)} windows to compare on, expected {PARITY_WINDOWS}")
    graph.eval()
    with warnings.catch_warnings():
        # The tracing exporter announces its successor, which cannot export an LSTM as one node,
        # and warns of LSTMs with a fixed batch; what it gives is compared below at every size.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            graph,
            (torch.from_numpy(windows[:2]),),
            path,
            dynamo=False,
            opset_version=OPSET,
            input_names=["window"],
            output_names=list(OUTPUTS),
            dynamic_axes={name: {0: "batch"} for name in ("window", *OUTPUTS)},
        )
    _finish(path, channels)
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
    with torch.no_grad():
        parts = [
            torch.stack(graph(part), dim=1) for part in torch.split(torch.from_numpy(windows), 256)
        ]
    wanted = torch.cat(parts).numpy()
    found = Session(path, [CPU]).run(windows)
    return Parity(windows=len(windows), largest_difference=float(np.abs(found - wanted).max()))


def _finish(path: Path, channels: Sequence[str]) -> None:
    model = onnx.load(path)
    for node in model.graph.node:
        node.ClearField("doc_string")
    onnx.helper.set_model_props(model, {"channels": ",".join(channels)})
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
