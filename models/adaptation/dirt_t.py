"""VADA and DIRT-T: decision boundaries that no cluster of the target lies across."""

from __future__ import annotations

import copy
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.adaptation.dann import DANN
from models.adaptation.losses import entropy
from models.adaptation.method import Batch, Context
from models.adaptation.schedule import ramp
from models.drawing import normal
from models.networks.batch_norm import batch_norms
from models.selection.space import Choice, Range, Space


class DirtT(DANN):
    """DANN with virtual adversarial training and low entropy; then refined without the source.

    First the domains are aligned while predictions are made not to change under the smallest push
    that would change them most (VADA). Then the source is left out, and the network follows a slow
    average of itself while it moves its boundaries out of the target's clusters (DIRT-T).
    Assumes that classes are clusters in the target. Fails where two of them share a cluster: the
    boundary moves out of it, to either side.
    Source: Shu et al., A DIRT-T Approach to Unsupervised Domain Adaptation, ICLR 2018.

    Attributes:
        confidence: weight of the target's entropy at the end of its ramp.
        smooth: weight of the virtual adversarial loss on the target at the end of its ramp.
        push: length of the push, per square root of the number of values in a window.
        follow: weight of the divergence from the slow average in the refinement.
        refine: share of the training, its last part, that refines; 0 is VADA alone.
        decay: of the slow average, each step.
    """

    name: ClassVar[str] = "dirt_t"
    space: ClassVar[Space] = {
        "weight": Range(0.05, 1.0, log=True),
        "confidence": Range(0.01, 1.0, log=True),
        "smooth": Range(0.01, 1.0, log=True),
        "refine": Choice((0.0, 0.25, 0.5)),
    }

    def __init__(
        self,
        weight: float = 0.5,
        confidence: float = 0.1,
        smooth: float = 0.1,
        push: float = 0.05,
        follow: float = 1.0,
        refine: float = 0.25,
        decay: float = 0.99,
        hidden: int = 64,
    ) -> None:
        """The method with its numbers."""
        super().__init__(weight, hidden)
        self.confidence = confidence
        self.smooth = smooth
        self.push = push
        self.follow = follow
        self.refine = refine
        self.decay = decay

    def begin(self, context: Context) -> None:
        """Makes the discriminator; the slow average is made when refinement begins."""
        super().begin(context)
        self._slow: nn.Module | None = None

    def losses(self, batch: Batch, progress: float) -> dict[str, Tensor]:
        """VADA's loss, and from 1 - `refine` on DIRT-T's; see `Method.losses`."""
        if progress < 1.0 - self.refine:
            parts = super().losses(batch, progress)
            weight = ramp(progress, 0.0, 0.5)
        else:
            parts = {"follow": self._following(batch)}
            weight = 1.0
        rows = self.context.network.rows(batch.target, self.context.network.target)
        logits = self.context.network.judge(rows, self.context.network.target).logits
        parts["entropy"] = weight * self.confidence * entropy(logits).mean()
        parts["smoothness"] = weight * self.smooth * self._smoothness(rows, logits)
        return parts

    def _following(self, batch: Batch) -> Tensor:
        """Divergence of the predictions from those of the slow average."""
        network = self.context.network
        if self._slow is None:
            self._slow = copy.deepcopy(network).requires_grad_(False).eval()
        with torch.no_grad():
            for slow, quick in zip(self._slow.parameters(), network.parameters(), strict=True):
                slow.lerp_(quick, 1.0 - self.decay)
            for kept, now in zip(self._slow.buffers(), network.buffers(), strict=True):
                kept.copy_(now)
            wanted = self._slow(batch.target, network.target).logits.softmax(dim=1)
        found = network(batch.target, network.target).logits.log_softmax(dim=1)
        return self.follow * functional.kl_div(found, wanted, reduction="batchmean")

    def _smoothness(self, rows: Tensor, logits: Tensor) -> Tensor:
        """How much predictions change under the push that changes them most.

        Source: Miyato et al., Virtual Adversarial Training, TPAMI 2019.
        """
        network, target = self.context.network, self.context.network.target
        wanted = logits.detach().softmax(dim=1)
        scale = self.push * (rows.shape[1] * rows.shape[2]) ** 0.5
        drawn = normal(rows.shape, self.context.random, rows.device)
        with _KeptStatistics(network.encoder):
            step = (1e-3 * scale * _unit(drawn)).requires_grad_()
            pushed = network.judge(rows.detach() + step, target).logits.log_softmax(dim=1)
            divergence = functional.kl_div(pushed, wanted, reduction="batchmean")
            (slope,) = torch.autograd.grad(divergence, step)
            push = scale * _unit(slope)
            found = network.judge(rows.detach() + push, target).logits.log_softmax(dim=1)
        return functional.kl_div(found, wanted, reduction="batchmean")

    def state(self) -> dict[str, Any]:
        """The slow average, once there is one."""
        own = {} if self._slow is None else {"slow": self._slow.state_dict()}
        return {**super().state(), **own}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes it back."""
        super().restore(state)
        if "slow" in state:
            self._slow = copy.deepcopy(self.context.network).requires_grad_(False).eval()
            self._slow.load_state_dict(state["slow"])


def _unit(values: Tensor) -> Tensor:
    """Each window's values divided by their norm."""
    sizes = values.flatten(1).norm(dim=1).clamp(min=1e-12)
    unit: Tensor = values / sizes[:, None, None]
    return unit


class _KeptStatistics:
    """Running statistics of batch norms do not take part in what happens inside."""

    def __init__(self, network: nn.Module) -> None:
        self._norms = [(norm, norm.momentum) for norm in batch_norms(network)]

    def __enter__(self) -> None:
        for norm, _ in self._norms:
            norm.momentum = 0.0

    def __exit__(self, *error: object) -> None:
        for norm, momentum in self._norms:
            norm.momentum = momentum
