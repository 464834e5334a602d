"""Networks on SKAB: labelled files of the source, files of the target without labels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.learned import definition_of, network_of
from benchmarks.skab_data import LENGTH, SENSORS, STRIDE, windows_of
from benchmarks.skab_scores import Data, Scored
from models.adaptation.domains import Domains
from models.deviation.regime import of_samples
from models.networks.network import judge
from models.windows import NORMAL, Doubles, Series, Windows
from models.windows.splits import by_group


def scored(source: Data, target: Data, method: str, seed: int, epochs: int, rows: int) -> Scored:
    """Scores of the target's windows by a network.

    It gets what the deviation baseline gets: each file relative to its first `rows` rows. Target
    windows are trained on without labels and then scored, as the published protocol has it.

    Args:
        source: labelled files.
        target: files whose labels are left behind.
        method: one of `models.adaptation`.
        seed: of weights, batches and augmentation.
        epochs: of the training.
        rows: that each file is calibrated on.
    """
    definition = definition_of(
        "skab",
        window={"channels": dict.fromkeys(SENSORS, "1"), "length": LENGTH, "stride": STRIDE},
        network={"encoder": "cnn", "hidden": [], "decoder": None},
        method={method: {}},
        training={"epochs": epochs, "batch": 32, "seed": seed, "annealing": "cosine"},
        augmentation=[{"scaling": {}}, {"offset": {}}, {"jitter": {}}],
    )
    windows = _calibrated(target, rows)
    parts = by_group(
        [_relative(each, rows) for each in source.series],
        {"training": 0.75, "validation": 0.25},
        seed=0,
    )
    cut = {name: windows_of(series) for name, series in parts.items()}
    domains = Domains((cut["training"],), (cut["validation"],), windows.unlabelled)
    network = network_of(definition, domains)
    logits = judge(network, windows.values, network.target).logits
    # In the order of the probability, but without ties near 0 and 1.
    scores: Doubles = (logits[:, 1] - logits[:, NORMAL]).astype(np.float64)
    return Scored(scores, target.windows.first < rows)


def _calibrated(data: Data, rows: int) -> Windows:
    return windows_of([_relative(each, rows) for each in data.series])


def _relative(series: Series, rows: int) -> Series:
    """A file in deviations from its first rows."""
    regime = of_samples(series.values[:rows])
    return replace(series, values=(series.values - regime.centre) / regime.spread)
