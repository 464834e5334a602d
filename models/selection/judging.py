"""What a criterion sees of a network, computed."""

from __future__ import annotations

import numpy as np

from models.adaptation.domains import Domains
from models.networks.network import Network, judge
from models.selection.judged import Judged
from models.windows import Ints

# Criteria compare windows in pairs, and this many say as much as all.
MOST = 2000


def judged_of(network: Network, domains: Domains, accuracy: float | None = None) -> Judged:
    """A candidate's outputs for source windows and for the target's training windows.

    Args:
        network: trained.
        domains: that it was trained on. Of more than 2,000 windows of a kind, 2,000 are taken at
            even distances.
        accuracy: of its discriminator, where it has one.
    """
    training, validation, labels = [], [], []
    share = max(MOST // len(domains.sources), 1)
    for number, (learnt, kept) in enumerate(zip(domains.sources, domains.validation, strict=True)):
        training.append(judge(network, learnt.values[_some(len(learnt), share)], number))
        rows = _some(len(kept), share)
        validation.append(judge(network, kept.values[rows], number))
        labels.append(kept.labels[rows])
    target = domains.target.values[_some(len(domains.target), MOST)]
    seen = judge(network, target, network.target)
    return Judged(
        np.concatenate([each.latent for each in training]),
        np.concatenate([each.latent for each in validation]),
        np.concatenate([each.logits for each in validation]),
        np.concatenate(labels),
        seen.latent,
        seen.logits,
        accuracy,
    )


def _some(count: int, most: int) -> Ints:
    """Rows at even distances, all where there are few."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))
