"""The interface of a method, and of those that train a network batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn

from models.adaptation.domains import Domains
from models.adaptation.objective import Objective
from models.networks.network import Network, Outputs
from models.selection.space import Space

Normalise = Literal["source", "domain"]


@dataclass(frozen=True)
class Batch:
    """Windows of one step.

    Attributes:
        source: float32 [batch, channels, length], augmented where that is asked for.
        labels: int64 [batch], classes of `source`.
        origin: int64 [batch], number of the source each comes from.
        target: float32 [batch, channels, length].
        target_view: the same windows augmented anew.
        target_rows: int64 [batch], which of the target's training windows they are.
    """

    source: Tensor
    labels: Tensor
    origin: Tensor
    target: Tensor
    target_view: Tensor
    target_rows: Tensor


@dataclass(frozen=True)
class Context:
    """What a method is given at its beginning.

    Attributes:
        network: to train.
        domains: all that may be seen.
        objective: losses on labelled windows.
        augment: windows augmented anew, given the number of each one's domain, int64 [batch].
        random: for choices of the method's own; part of a checkpoint.
        together: whether both domains pass the network as one batch; see `Training`.
    """

    network: Network
    domains: Domains
    objective: Objective
    augment: Callable[[Tensor, Tensor, torch.Generator], Tensor]
    random: torch.Generator
    together: bool = False


class Method:
    """One way to learn from labelled source and unlabelled target windows.

    A method that trains by batches overrides `align`, which sees what the network says of a batch
    of each domain; one that needs the batches themselves overrides `losses`.

    Attributes:
        name: under which it is asked for.
        normalise: whose means and deviations target windows are standardised by.
        separate_norms: whether batch norms have statistics for each domain.
        sees_target: whether target batches pass through the network in training.
        space: settings that a search may try; the learning rate is searched for every method.
        aligns: whether it claims features that do not tell the domain.
        steps: whether it trains by batches at all; without, `begin` and `finish` are all there is.
        context: set by `begin`.
    """

    name: ClassVar[str]
    space: ClassVar[Space] = {}
    aligns: ClassVar[bool] = False
    normalise: Normalise = "domain"
    separate_norms: bool = False
    sees_target: bool = True
    steps: bool = True
    context: Context

    @classmethod
    def unfit(cls, domains: Domains) -> str | None:
        """Why the method cannot be used on some data as it comes; None where it can."""
        if not domains.has_target and (cls.sees_target or cls.normalise == "domain"):
            return "it adapts to a target, and there is none; name a target"
        return None

    def begin(self, context: Context) -> None:
        """Makes the method's own modules for a network; called once, before the first step."""
        self.context = context

    def losses(self, batch: Batch, progress: float) -> dict[str, Tensor]:
        """Parts of the loss, each a scalar; their sum is minimised.

        Args:
            batch: of this step.
            progress: of the training, 0 to 1.
        """
        if not self.sees_target:
            return self.supervised(self.judge_source(batch), batch.labels)
        source, target = self.judge_both(batch)
        parts = self.supervised(source, batch.labels)
        return parts | self.align(source, target, batch, progress)

    def strength(self, progress: float) -> float | None:
        """Weight of the adaptation, for reports: lambda; None where no one number has that part.

        Args:
            progress: of the training, 0 to 1.
        """
        return None

    def align(
        self, source: Outputs, target: Outputs, batch: Batch, progress: float
    ) -> dict[str, Tensor]:
        """Parts of the loss that bring the domains together; none where nothing is to be done.

        Args:
            source: what the network says of `batch.source`.
            target: what it says of `batch.target`.
            batch: of this step.
            progress: of the training, 0 to 1.
        """
        return {}

    def epoch_ended(self, epoch: int, epochs: int) -> None:
        """Called after every epoch, from 1 on, with the network in evaluation mode."""

    def finish(self) -> None:
        """Called after the last epoch, with the network in evaluation mode."""

    def modules(self) -> Mapping[str, nn.Module]:
        """The method's own modules by name: trained with the network, kept in checkpoints."""
        return {}

    def state(self) -> dict[str, Any]:
        """Tensors and numbers that a checkpoint must hold beside the modules."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes back what `state` gave."""

    def judge_both(self, batch: Batch) -> tuple[Outputs, Outputs]:
        """What the network says of the source windows and of the target's."""
        if not self.context.together or self.separate_norms:
            return self.judge_source(batch), self.judge_target(batch.target)
        network, count = self.context.network, len(batch.source)
        here = torch.full_like(batch.target_rows, network.target)
        numbers = network.domains[torch.cat([batch.origin, here])]
        rows = network.preprocessing(torch.cat([batch.source, batch.target]), numbers)
        found = network.judge(rows, network.target)
        return (
            Outputs(*(column[:count] for column in found)),
            Outputs(*(column[count:] for column in found)),
        )

    def judge_source(self, batch: Batch) -> Outputs:
        """What the network says of the source windows, each under its own source."""
        network = self.context.network
        if len(self.context.domains.sources) == 1:
            only: Outputs = network(batch.source, 0)
            return only
        found: list[tuple[Tensor, Outputs]] = []
        for origin in torch.unique(batch.origin).tolist():
            rows = (batch.origin == origin).nonzero().squeeze(1)
            found.append((rows, network(batch.source[rows], origin)))
        back = torch.argsort(torch.cat([rows for rows, _ in found]))
        columns = zip(*(outputs for _, outputs in found), strict=True)
        return Outputs(*(torch.cat(column)[back] for column in columns))

    def judge_target(self, windows: Tensor) -> Outputs:
        """What the network says of target windows."""
        network = self.context.network
        found: Outputs = network(windows, network.target)
        return found

    def supervised(self, source: Outputs, labels: Tensor) -> dict[str, Tensor]:
        """The parts of the loss that labelled windows give."""
        objective = self.context.objective
        parts = {"classification": objective.classification(source.logits, labels)}
        if self.context.network.decoder is not None:
            parts["reconstruction"] = objective.rebuilding(source.error, labels)
        return parts
