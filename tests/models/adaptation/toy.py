"""A small problem: two kinds of waves, which the target sees through another sensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from models.windows import Floats, Ints, Windows

LENGTH = 16


def waves(count: int, seed: int, target: bool = False) -> tuple[Floats, Ints]:
    random = np.random.default_rng(seed)
    labels = np.arange(count, dtype=np.int64) % 2
    phase = random.uniform(0, 2 * np.pi, (count, 1, 1))
    time = np.arange(LENGTH)[None, None, :]
    cycles = np.where(labels == 1, 3.0, 1.0)[:, None, None]
    values = np.sin(2 * np.pi * cycles * time / LENGTH + phase + np.array([0.0, 1.0])[:, None])
    values = values + random.normal(0, 0.2, values.shape)
    if target:
        values = values * np.array([3.0, 0.3])[:, None] + np.array([5.0, -2.0])[:, None]
    return values.astype(np.float32), labels


def domains(sources: int = 1, labelled: bool = False) -> Any:
    from models.adaptation.domains import Domains

    return Domains(
        tuple(Windows.of(*waves(64, at)) for at in range(sources)),
        tuple(Windows.of(*waves(32, 100 + at)) for at in range(sources)),
        Windows.of(*waves(64, 200, target=True)).unlabelled,
        Windows.of(*waves(8, 300, target=True)) if labelled else None,
    )


def network(data: Any, normalise: str = "domain", seed: int = 0, decoder: bool = False) -> Any:
    import torch

    from models.networks.classifier import Classifier
    from models.networks.cnn import Cnn
    from models.networks.decoder import Decoder
    from models.networks.network import Network
    from models.preprocessing.preprocessing import Preprocessing

    torch.manual_seed(seed)
    preprocessing = Preprocessing(("a", "b"))
    numbers = [preprocessing.estimate(each.values) for each in data.sources]
    target = numbers[0] if normalise == "source" else preprocessing.estimate(data.target.values)
    encoder = Cnn(2, (8, 8, 8), (5, 3, 3), 0.1)
    classifier = Classifier(8, data.classes, ())
    rebuilt = Decoder(8, 2, LENGTH, 8, (8, 8)) if decoder else None
    return Network(preprocessing, [*numbers, target], encoder, classifier, rebuilt)
