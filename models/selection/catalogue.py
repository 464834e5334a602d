"""All criteria, by name."""

from __future__ import annotations

from collections.abc import Mapping

from models.selection.criterion import Criterion
from models.selection.source import DEV, ImportanceWeighted, SourceRisk
from models.selection.target import BalancedEntropy, Committee, Entropy, SoftNeighbourhoodDensity

CRITERIA: Mapping[str, type[Criterion]] = {
    criterion.name: criterion
    for criterion in (
        SourceRisk,
        ImportanceWeighted,
        DEV,
        SoftNeighbourhoodDensity,
        Entropy,
        BalancedEntropy,
        Committee,
    )
}
