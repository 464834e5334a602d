"""Model folders made for a test: a small graph built by hand, so that no training is needed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.card import (
    MODEL_FILE,
    Card,
    Channel,
    Input,
    Metrics,
    Output,
    Parity,
    Threshold,
    sha256_of,
)

CHANNELS = ("current", "speed", "temperature")
LENGTH = 8
OUTPUTS = ("score", "probability", "reconstruction_error")


def make_folder(
    folder: Path, channels: tuple[str, ...] = CHANNELS, outputs: tuple[str, ...] = OUTPUTS
) -> Path:
    """A folder whose model has a matrix product and an LSTM, with fixed random weights."""
    onnx = pytest.importorskip("onnx")
    helper, random = onnx.helper, np.random.default_rng(3)
    hidden = 16

    def constant(name: str, *shape: int) -> object:
        values = random.normal(0.0, 0.3, shape).astype(np.float32)
        return onnx.numpy_helper.from_array(values, name)

    nodes = [
        helper.make_node("Transpose", ["window"], ["steps"], perm=[2, 0, 1]),
        helper.make_node(
            "LSTM",
            ["steps", "w", "r"],
            ["", "state"],
            hidden_size=hidden,
            direction="bidirectional",
        ),
        helper.make_node("Transpose", ["state"], ["rows"], perm=[1, 0, 2]),
        helper.make_node("Flatten", ["rows"], ["flat"]),
        helper.make_node("MatMul", ["flat", "m"], ["all"]),
        helper.make_node("Sigmoid", ["all"], ["unit"]),
        helper.make_node("Split", ["unit"], [f"{o}_2d" for o in outputs], axis=1),
        *(helper.make_node("Flatten", [f"{o}_2d"], [f"{o}_flat"], axis=0) for o in outputs),
        *(helper.make_node("Squeeze", [f"{o}_flat", "axis"], [o]) for o in outputs),
    ]
    graph = helper.make_graph(
        nodes,
        "scorer",
        [helper.make_tensor_value_info("window", 1, ["batch", len(channels), LENGTH])],
        [helper.make_tensor_value_info(name, 1, ["batch"]) for name in outputs],
        [
            constant("w", 2, 4 * hidden, len(channels)),
            constant("r", 2, 4 * hidden, hidden),
            constant("m", 2 * hidden, len(outputs)),
            onnx.numpy_helper.from_array(np.array([0]), "axis"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"channels": ",".join(channels)})
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / MODEL_FILE)
    card_of(folder, channels, outputs).write(folder)
    return folder


def card_of(
    folder: Path, channels: tuple[str, ...] = CHANNELS, outputs: tuple[str, ...] = OUTPUTS
) -> Card:
    metrics = Metrics(
        windows=10, prevalence=0.2, auroc=0.5, auprc=0.2, f1=0.1, false_positive_rate=0, recall=0
    )
    return Card(
        name="small",
        version="1",
        sha256=sha256_of(folder / MODEL_FILE),
        inputs=(
            Input(
                name="window",
                channels=tuple(Channel(name=name, unit="") for name in channels),
                length=LENGTH,
                interval_seconds=1.0,
            ),
        ),
        outputs=tuple(Output(name=name, meaning="") for name in outputs),
        normaliser="none",
        score="none",
        threshold=Threshold(value=0.5, chosen_by="a test"),
        network={},
        metrics={"nothing": metrics},
        data={},
        parity=Parity(windows=1, largest_difference=0.0),
        command="none",
        seed=0,
        made_with={},
    )
