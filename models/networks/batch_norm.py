"""Batch norm with statistics for each domain."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn


class DomainBatchNorm(nn.Module):
    """Batch norm whose running and batch statistics are each domain's own.

    float32 [batch, channels, length] -> the same shape.

    Scale and shift are shared, so that a channel means the same everywhere after it, or own, as in
    the paper. Source: Chang et al., Domain-Specific Batch Normalization, CVPR 2019.
    """

    def __init__(self, like: nn.BatchNorm1d, domains: int, own_scale: bool) -> None:
        """Replaces a batch norm; each domain starts with its state.

        Args:
            like: the norm that is replaced.
            domains: how many there are.
            own_scale: whether scale and shift are each domain's own too.
        """
        super().__init__()
        channels, momentum = like.num_features, like.momentum
        self.norms = nn.ModuleList(
            nn.BatchNorm1d(channels, like.eps, momentum, affine=own_scale) for _ in range(domains)
        )
        state = like.state_dict()
        shared = {key: state[key] for key in state if own_scale or key not in ("weight", "bias")}
        for norm in self.norms:
            norm.load_state_dict(shared)
        self.weight = None if own_scale else nn.Parameter(like.weight.detach().clone())
        self.bias = None if own_scale else nn.Parameter(like.bias.detach().clone())
        self.domain = 0

    def forward(self, values: Tensor) -> Tensor:
        """Normalised values of a batch that is all of the domain in use."""
        found: Tensor = self.norms[self.domain](values)
        if self.weight is not None and self.bias is not None:
            found = found * self.weight[:, None] + self.bias[:, None]
        return found


def separate(network: nn.Module, domains: int, own_scale: bool = False) -> None:
    """Gives every batch norm inside a network statistics for each domain."""
    for name, child in list(network.named_children()):
        if isinstance(child, nn.BatchNorm1d):
            setattr(network, name, DomainBatchNorm(child, domains, own_scale))
        elif not isinstance(child, DomainBatchNorm):
            separate(child, domains, own_scale)


def use_domain(network: nn.Module, domain: int) -> None:
    """Says whose statistics the next batch is normalised by; others than these norms ignore it."""
    for module in network.modules():
        if isinstance(module, DomainBatchNorm):
            module.domain = domain


def batch_norms(network: nn.Module) -> list[nn.BatchNorm1d]:
    """The batch norms inside a network, of every domain."""
    return [module for module in network.modules() if isinstance(module, nn.BatchNorm1d)]


@torch.no_grad()
def estimate(network: nn.Module, norms: list[nn.BatchNorm1d], see: Callable[[], None]) -> None:
    """Running statistics anew: the mean of those of some batches, each as a whole.

    Args:
        network: nothing else of it changes.
        norms: whose statistics are estimated.
        see: gives the network the batches.
    """
    before = [(norm, norm.momentum) for norm in norms]
    training = network.training
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # A plain average over batches.
    network.eval()
    for norm in norms:
        norm.train()
    try:
        see()
    finally:
        for norm, momentum in before:
            norm.momentum = momentum
        network.train(training)


def even_parts(windows: Tensor, most: int = 256) -> tuple[Tensor, ...]:
    """Windows in as few parts as may be, of nearly one size, since each counts as much."""
    return torch.chunk(windows, -(-len(windows) // most))
