"""Distances between feature sets, and what class probabilities say; scalars but where said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from models.drawing import normal

Kind = Literal["gaussian", "laplacian"]


def coral(source: Tensor, target: Tensor) -> Tensor:
    """Squared Frobenius distance of the covariances, over 4 d^2.

    Args:
        source: float32 [n, d], n above 1.
        target: float32 [m, d], m above 1.

    Source: Sun and Saenko, Deep CORAL, ECCV Workshops 2016.
    """
    width = source.shape[1]
    return (torch.cov(source.T) - torch.cov(target.T)).square().sum() / (4 * width**2)


def kernels(one: Tensor, other: Tensor, scales: Sequence[float], kind: Kind = "gaussian") -> Tensor:
    """Mean of several kernels, float32 [n, m].

    Args:
        one: float32 [n, d].
        other: float32 [m, d].
        scales: a kernel each: exp(-distance^2 / (2 scale)), or exp(-distance / scale).
        kind: `gaussian`, or `laplacian`, which sees small distances better.
    """
    # The quick form of the distance loses what is small, and its root has no slope at 0.
    distances = torch.cdist(one, other, compute_mode="donot_use_mm_for_euclid_dist")
    depths = distances.square() / 2.0 if kind == "gaussian" else distances
    return torch.stack([torch.exp(-depths / scale) for scale in scales]).mean(dim=0)


def median_scale(source: Tensor, target: Tensor) -> float:
    """Half the median squared distance between all windows: where a Gaussian kernel is useful."""
    both = torch.cat([source, target]).detach()
    squares = torch.pdist(both).square()
    return max(float(squares.median()) / 2.0, 1e-6)


def mmd(source: Tensor, target: Tensor, scales: Sequence[float], kind: Kind = "gaussian") -> Tensor:
    """Squared maximum mean discrepancy, the biased estimate, which is never negative.

    Args:
        source: float32 [n, d].
        target: float32 [m, d].
        scales: of the kernels, see `kernels`.
        kind: of the kernels.

    Source: Gretton et al., A Kernel Two-Sample Test, JMLR 13, 2012, equation 5.
    """
    within = (
        kernels(source, source, scales, kind).mean() + kernels(target, target, scales, kind).mean()
    )
    return within - 2.0 * kernels(source, target, scales, kind).mean()


def local_mmd(
    source: Tensor,
    target: Tensor,
    source_weights: Tensor,
    target_weights: Tensor,
    scales: Sequence[float],
) -> Tensor:
    """MMD of each class, averaged over the classes that both domains have in the batch.

    Args:
        source: float32 [n, d].
        target: float32 [m, d].
        source_weights: float32 [n, classes], one-hot labels.
        target_weights: float32 [m, classes], class probabilities.
        scales: of the kernels.

    Source: Zhu et al., Deep Subdomain Adaptation Network, TNNLS 2021.
    """
    shared = (source_weights.sum(dim=0) > 0) & (target_weights.sum(dim=0) > 1e-3)
    if not shared.any():
        return source.sum() * 0.0
    one = source_weights[:, shared] / source_weights[:, shared].sum(dim=0)
    other = target_weights[:, shared] / target_weights[:, shared].sum(dim=0)
    sums = (
        torch.einsum("nc,nm,mc->c", one, kernels(source, source, scales), one)
        + torch.einsum("nc,nm,mc->c", other, kernels(target, target, scales), other)
        - 2.0 * torch.einsum("nc,nm,mc->c", one, kernels(source, target, scales), other)
    )
    return sums.mean()


def class_confusion(logits: Tensor, temperature: float) -> Tensor:
    """How much pairs of classes are confused, windows that are sure counting more.

    Args:
        logits: float32 [batch, classes].
        temperature: that softens them, above 0.

    Source: Jin et al., Minimum Class Confusion for Versatile Domain Adaptation, ECCV 2020.
    """
    soft = (logits / temperature).softmax(dim=1)
    sure = 1.0 + torch.exp(-entropy(logits / temperature).detach())
    weights = sure / sure.sum() * len(logits)
    together = (soft * weights[:, None]).T @ soft
    shares = together / together.sum(dim=1, keepdim=True).clamp(min=1e-12)
    return (shares.sum() - shares.trace()) / logits.shape[1]


def entropy(logits: Tensor) -> Tensor:
    """Entropy of class probabilities in nats, float32 [batch], of logits [batch, classes]."""
    logs = logits.log_softmax(dim=1)
    return -(logs.exp() * logs).sum(dim=1)


def imbalance(logits: Tensor, prior: Tensor) -> Tensor:
    """Kullback-Leibler divergence of the mean prediction from a prior, in nats.

    Args:
        logits: float32 [batch, classes].
        prior: float32 [classes], probabilities, none of them 0.
    """
    mean = logits.softmax(dim=1).mean(dim=0)
    return (mean * (torch.log(mean + 1e-12) - torch.log(prior))).sum()


def sliced_wasserstein(
    source: Tensor, target: Tensor, directions: int, random: torch.Generator
) -> Tensor:
    """Mean squared Wasserstein distance of projections on random directions.

    Args:
        source: float32 [n, d].
        target: float32 [n, d], as many.
        directions: how many.
        random: that draws them.

    Source: Lee et al., Sliced Wasserstein Discrepancy, CVPR 2019.
    """
    axes = normal((source.shape[1], directions), random, source.device)
    axes = axes / axes.norm(dim=0, keepdim=True)
    one = (source @ axes).sort(dim=0).values
    other = (target @ axes).sort(dim=0).values
    distance: Tensor = (one - other).square().mean()
    return distance
