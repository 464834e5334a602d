"""How networks are trained on UCI HAR, whatever the method: all of a table have the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.learned import definition_of
from benchmarks.ucihar_data import CHANNELS, LENGTH, TRIADS
from models.training.definition import TrainingDefinition

AUGMENTATION: list[dict[str, dict[str, Any]]] = [
    {"rotation": {"triads": TRIADS}},
    {"time_warp": {}},
    {"scaling": {"each_channel": False}},
    {"offset": {}},
    {"jitter": {}},
]
DEVIATIONS = {"deviation": {"regime": "busiest", "groups": TRIADS}}
GRAVITY = {"angle": {"name": "gravity", "of": TRIADS[2]}}
# Half of AdaTime's widths: a quarter of its weights, which train in half the time.
TUNED: Mapping[str, Any] = {
    "network": {"options": {"widths": [32, 64, 64]}},
    "training": {
        "epochs": 24,
        "rate": 2e-3,
        "annealing": "cosine",
        "average": 8,
        "clip": 100.0,
        "together": True,
    },
    "augmentation": AUGMENTATION,
}
NETWORK = {"encoder": "cnn", "hidden": [], "dropout": 0.0, "decoder": None}
# `plain` is AdaTime's: nine channels, 40 epochs, the last one's weights. `tuned` was chosen on
# other pairs of these subjects, which docs/benchmarks.md names, and then frozen.
RECIPES: Mapping[str, Mapping[str, Any]] = {
    "plain": {"training": {"epochs": 40}},
    "tuned": {"window": {"features": [DEVIATIONS], "deviations": "source"}, **TUNED},
    "physical": {"window": {"features": [DEVIATIONS, GRAVITY], "deviations": "source"}, **TUNED},
}


def definition(
    recipe: str,
    method: Mapping[str, Mapping[str, Any]],
    seed: int,
    epochs: int,
) -> TrainingDefinition:
    """What is trained.

    Args:
        recipe: one of `RECIPES`.
        method: its name and settings.
        seed: of weights, batches and augmentation.
        epochs: of the training.
    """
    chosen = RECIPES[recipe]
    window = {"channels": dict.fromkeys(CHANNELS, "1"), "length": LENGTH}
    training = {"batch": 32, "seed": seed, **chosen["training"]}
    return definition_of(
        "ucihar",
        window=window | chosen.get("window", {}),
        network={**NETWORK, **chosen.get("network", {})},
        method=method,
        training=training | {"epochs": epochs},
        augmentation=chosen.get("augmentation", []),
    )
