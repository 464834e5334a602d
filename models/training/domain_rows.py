"""Numbers of a training's domains, for a graph that takes them as an input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from models.card import DomainInput, sha256_of
from models.domain_table import DOMAINS_FILE, DomainTable
from models.networks.network import Network
from models.scoring.graph import ScoringGraph
from models.training.given import Given


def numbered(network: Network, sources: Sequence[Given], target: Given | None) -> dict[str, int]:
    """Numbers that the domains have in a network, by their names."""
    found = {given.domain.name: at for at, given in enumerate(sources)}
    return found if target is None else {**found, target.domain.name: network.target}


def write_domains(graph: ScoringGraph, domains: Mapping[str, int], folder: Path) -> None:
    """Writes `domains.json`: the target's numbers as the default's, and every domain's by its name.

    Args:
        graph: one without such an input has no such file.
        domains: their numbers in the network, by name.
        folder: of the model.
    """
    default = graph.numbers(graph.network.target)
    if default is None:
        return
    found = {name: graph.numbers(at) for name, at in domains.items()}
    rows = {name: row for name, row in found.items() if row is not None}
    DomainTable(graph.network.preprocessing.numbers, default, rows).write(folder)


def domain_inputs(
    graph: ScoringGraph, unknown: Literal["default", "invalid"], folder: Path
) -> tuple[DomainInput, ...]:
    """What the card says of the input `domain`; nothing where the graph has none."""
    if not graph.many:
        return ()
    parameters, sha256 = graph.network.preprocessing.numbers, sha256_of(folder / DOMAINS_FILE)
    return (DomainInput(parameters=parameters, file=DOMAINS_FILE, sha256=sha256, unknown=unknown),)
