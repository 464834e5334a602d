"""Criteria by what a network says of unlabelled target windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from models.selection.criterion import Criterion
from models.selection.judged import Judged, log_softmax
from models.windows import Doubles


class Entropy(Criterion):
    """Mean entropy of the predictions, negated.

    Assumes that a network that is sure is right. Fails where one class has swallowed the others:
    nothing is surer.
    Source: Morerio et al., Minimal-Entropy Correlation Alignment, ICLR 2018.
    """

    name: ClassVar[str] = "entropy"

    def value(self, judged: Judged) -> float:
        """See `Criterion.value`."""
        return -float(entropies(judged.target_probabilities).mean())


class BalancedEntropy(Criterion):
    """Mean entropy, and how far the mean prediction is from all classes alike, both negated.

    Assumes that no class is missing from the target. Fails where the classes are of very unequal
    frequency, unless `prior` says so.

    Attributes:
        weight: of the divergence against the entropy.
        prior: float64 [classes], how frequent classes are believed to be; None: all alike.
    """

    name: ClassVar[str] = "balanced_entropy"

    def __init__(self, weight: float = 10.0, prior: Doubles | None = None) -> None:
        """The criterion with its weight and prior."""
        self.weight = weight
        self.prior = prior

    def value(self, judged: Judged) -> float:
        """See `Criterion.value`."""
        probabilities = judged.target_probabilities
        classes = probabilities.shape[1]
        prior = np.full(classes, 1.0 / classes) if self.prior is None else self.prior
        mean = probabilities.mean(axis=0)
        divergence = float((mean * np.log(np.maximum(mean, 1e-12) / prior)).sum())
        return -float(entropies(probabilities).mean()) - self.weight * divergence


class SoftNeighbourhoodDensity(Criterion):
    """Entropy of how alike each window's prediction is to all others': large where they gather.

    Assumes that windows of a class lie near each other. Fails where all lie together: a network
    that predicts one class has the greatest density; look at the vetoes too.
    Source: Saito et al., Tune it the Right Way: Unsupervised Validation of Domain Adaptation via
    Soft Neighborhood Density, ICCV 2021.

    Attributes:
        temperature: of the similarities.
    """

    name: ClassVar[str] = "soft_neighbourhood_density"

    def __init__(self, temperature: float = 0.05) -> None:
        """The criterion with its temperature."""
        self.temperature = temperature

    def value(self, judged: Judged) -> float:
        """See `Criterion.value`."""
        probabilities = judged.target_probabilities
        unit = probabilities / np.linalg.norm(probabilities, axis=1, keepdims=True)
        alike = unit @ unit.T / self.temperature
        np.fill_diagonal(alike, -np.inf)
        return float(entropies(np.exp(log_softmax(alike))).mean())


class Committee(Criterion):
    """How often a candidate agrees with the mean prediction of all candidates.

    Assumes that mistakes differ from candidate to candidate. Fails where most share a mistake.
    """

    name: ClassVar[str] = "committee"

    def value(self, judged: Judged) -> float:
        """A candidate alone agrees with itself."""
        return 1.0

    def values(self, candidates: Sequence[Judged]) -> list[float]:
        """See `Criterion.values`."""
        every = [each.target_probabilities for each in candidates]
        wanted = np.mean(every, axis=0).argmax(axis=1)
        return [float((each.argmax(axis=1) == wanted).mean()) for each in every]


def entropies(probabilities: Doubles) -> Doubles:
    """Entropy of each row in nats, float64 [count], of probabilities [count, classes]."""
    found: Doubles = -(probabilities * np.log(np.maximum(probabilities, 1e-300))).sum(axis=1)
    return found
