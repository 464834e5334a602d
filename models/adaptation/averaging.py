"""Weights averaged over the last epochs: what one epoch happens to be matters less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from models.adaptation.domains import Domains
from models.networks.batch_norm import DomainBatchNorm, batch_norms, estimate, even_parts
from models.networks.network import Network
from models.windows import Unlabelled


class Average:
    """The mean of a network's parameters over epochs.

    Batch norms do not know the statistics of averaged weights, so these are estimated anew: on the
    target where the method sees it, else on the sources; where norms are separate, each domain's on
    its own windows.

    Source: Izmailov et al., Averaging Weights Leads to Wider Optima and Better Generalization,
    UAI 2018.
    """

    def __init__(self, last: int) -> None:
        """Averages over the last so many epochs; none with 0."""
        self.last = last
        self._count = 0
        self._means: dict[str, Tensor] = {}

    def offer(self, epoch: int, epochs: int, network: Network) -> None:
        """Takes the weights of an epoch, counted from 1, if it is one of the last."""
        if epoch <= epochs - self.last:
            return
        self._count += 1
        for name, value in network.named_parameters():
            kept = self._means.setdefault(name, torch.zeros_like(value))
            kept += (value.detach() - kept) / self._count

    def take(self, network: Network, domains: Domains, sees_target: bool) -> None:
        """Gives the network the averaged weights and the statistics that go with them."""
        if not self._count:
            return
        with torch.no_grad():
            for name, value in network.named_parameters():
                value.copy_(self._means[name])
        every = [*enumerate(domains.sources), (network.target, domains.target)]
        seen = every[-1:] if sees_target else every[:-1]
        separate = [each for each in network.modules() if isinstance(each, DomainBatchNorm)]
        owned = {id(norm) for each in separate for norm in each.norms}
        shared = [norm for norm in batch_norms(network) if id(norm) not in owned]
        _estimate(network, shared, seen)
        for number, windows in every:
            own = [norm for each in separate for norm in batch_norms(each.norms[number])]
            _estimate(network, own, [(number, windows)])

    def state(self) -> dict[str, Any]:
        """For a checkpoint."""
        return {"count": self._count, "means": self._means}

    def resume(self, state: dict[str, Any]) -> None:
        """Takes back what `state` gave."""
        self._count, self._means = state["count"], state["means"]


def _estimate(
    network: Network, norms: list[nn.BatchNorm1d], domains: Sequence[tuple[int, Unlabelled]]
) -> None:
    """Statistics of norms, by windows of domains with their numbers."""

    def see() -> None:
        for number, windows in domains:
            for part in even_parts(network.tensor(windows.values)):
                network(part, number)

    if norms:
        estimate(network, norms, see)
