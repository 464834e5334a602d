"""A folder whose graph takes the numbers of a domain: two keys that see the same with an offset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from models.card import MODEL_FILE, Card, Channel, DomainInput, Input, Output, sha256_of
from models.domain_table import DOMAINS_FILE, DomainTable
from models.windows import Floats
from tests.models.adaptation import toy
from tests.models.folders import card_of

OFFSET = np.array([40.0, -7.0], np.float32)


def graph() -> Any:
    """A graph with three domains: raised, lowered, and the target's, which is neither."""
    import torch

    from models.scoring.calibration import Calibration
    from models.scoring.graph import ScoringGraph

    network = toy.network(toy.domains(), decoder=True).eval()
    own = network.domains[network.target].clone()
    raised, lowered = own.clone(), own.clone()
    raised[:2] += torch.from_numpy(OFFSET)
    lowered[:2] -= torch.from_numpy(OFFSET)
    network.domains = torch.stack([raised, lowered, own])
    return ScoringGraph(network, Calibration(0.0, 1.0), many=True)


def windows(count: int, seed: int = 5) -> Floats:
    """As the target sees them, float32 [count, 2, 16]."""
    found: Floats = toy.waves(count, seed, target=True)[0]
    return found


def make_many(folder: Path, unknown: str = "default") -> Any:
    """Writes the folder, with rows for the keys `raised` and `lowered`; returns the graph."""
    whole = graph()
    raised, lowered, own = whole.network.domains.numpy()
    rows = {"raised": raised, "lowered": lowered}
    names = whole.network.preprocessing.numbers
    write_many(folder, whole, ("a", "b"), DomainTable(names, own, rows), windows(1000), unknown)
    return whole


def write_many(
    folder: Path,
    whole: Any,
    channels: tuple[str, ...],
    table: DomainTable,
    seen: Floats,
    unknown: str,
) -> None:
    """Writes the folder of a graph and its rows; windows are those its parity is measured on."""
    from models.export import export

    folder.mkdir(parents=True, exist_ok=True)
    export(whole, folder / MODEL_FILE, channels, seen)
    table.write(folder)
    inputs = (
        Input(
            name="window",
            channels=tuple(Channel(name=name, unit="") for name in channels),
            length=seen.shape[2],
            interval_seconds=1.0,
        ),
        DomainInput(
            parameters=table.parameters,
            file=DOMAINS_FILE,
            sha256=sha256_of(folder / DOMAINS_FILE),
            unknown=unknown,  # type: ignore[arg-type]
        ),
    )
    outputs = tuple(Output(name=name, meaning="") for name in whole.outputs)
    card: Card = card_of(folder).model_copy(update={"inputs": inputs, "outputs": outputs})
    card.write(folder)
