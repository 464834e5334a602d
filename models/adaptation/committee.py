"""A committee of small networks on window statistics teaches the network that is deployed."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.adaptation.losses import class_confusion, imbalance
from models.adaptation.mcc import MCC
from models.adaptation.method import Batch, Context
from models.adaptation.schedule import ramp
from models.drawing import normal
from models.networks.network import Outputs
from models.selection.space import Range, Space

COPIES = 8
BATCH = 96
RATE = 3e-3
HIDDEN = 64
NOISE = 0.1
# Edges of the bands in cycles a window, relative to the highest; narrow where most motion is.
BANDS = (0.0, 0.05, 0.08, 0.125, 0.2, 0.4, 0.8)


class CommitteeTeacher(MCC):
    """MCC, taught by the mean opinion of perceptrons that see statistics of the windows.

    Means, deviations and powers of frequency bands change less from domain to domain than shapes
    do, and a small network on them is trained in a second. Its members see different inputs: all
    rows or the raw channels' alone, divided by the domain's or the source's deviations. Each learns
    from the source, and from the target as MCC does. The mean of their predictions becomes soft
    labels for the target's windows; only the network that learns from them is deployed.
    Assumes that statistics tell most classes. Fails where all members share a mistake.
    Source: Zhou et al., Domain Adaptive Ensemble Learning, TIP 2021, for learning from an ensemble.

    Attributes:
        teach: weight of the soft labels in the loss.
        steps_of_teacher: steps in which the members are trained.
    """

    name: ClassVar[str] = "committee_teacher"
    space: ClassVar[Space] = {
        "weight": Range(0.3, 3.0, log=True),
        "balance": Range(0.1, 3.0, log=True),
        "teach": Range(0.1, 2.0, log=True),
    }

    def __init__(
        self,
        weight: float = 1.0,
        temperature: float = 2.5,
        balance: float = 1.0,
        teach: float = 0.5,
        steps_of_teacher: int = 200,
    ) -> None:
        """The method with its weights."""
        super().__init__(weight, temperature, balance)
        self.teach = teach
        self.steps_of_teacher = steps_of_teacher

    def begin(self, context: Context) -> None:
        """Trains the committee; its opinion of the target's windows is all that is kept of it."""
        super().begin(context)
        own = self._own_numbers()
        rows = len(context.network.preprocessing.names)
        scaled = torch.cat([own[:, :-rows], own[:1, -rows:].expand(len(own), -1)], dim=1)
        kinds = product((False, True), (own, scaled))
        opinions = [self._member(raw, numbers) for raw, numbers in kinds]
        self._opinion = torch.stack(opinions).mean(dim=0)

    def align(
        self, source: Outputs, target: Outputs, batch: Batch, progress: float
    ) -> dict[str, Tensor]:
        """MCC's parts and the cross entropy with the soft labels; see `Method.align`."""
        parts = super().align(source, target, batch, progress)
        wanted = self._opinion[batch.target_rows]
        parts["teacher"] = self.teach * functional.cross_entropy(target.logits, wanted)
        return parts

    def state(self) -> dict[str, Any]:
        """The committee's opinion."""
        return {"opinion": self._opinion}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes it back."""
        self._opinion = state["opinion"]

    def _own_numbers(self) -> Tensor:
        """The preprocessing's numbers, each domain's by its own windows, [domains, size]."""
        domains, network = self.context.domains, self.context.network
        every = zip(network.domains.cpu().numpy(), (*domains.sources, domains.target), strict=True)
        restandardise = network.preprocessing.restandardise
        return torch.stack(
            [network.tensor(restandardise(numbers, each.values)) for numbers, each in every]
        )

    def _member(self, raw: bool, numbers: Tensor) -> Tensor:
        """What a member says of the target's windows, float32 [count, classes].

        Args:
            raw: whether it sees no derived rows.
            numbers: float32 [domains, size], of the preprocessing.
        """
        domains, random, network = self.context.domains, self.context.random, self.context.network
        values, truth = network.tensor(domains.source.values), network.tensor(domains.source.labels)
        origins, windows = network.tensor(domains.origins), network.tensor(domains.target.values)
        here = torch.full((len(windows),), network.target, device=network.device)
        clean = self._seen(windows, here, raw, numbers)
        source = self._copies(values, origins, raw, numbers)
        target = self._copies(windows, here, raw, numbers)
        member = _perceptron(clean.shape[1], domains.classes, random).to(network.device)
        optimiser = torch.optim.Adam(member.parameters(), RATE, weight_decay=1e-4)
        steps = self.steps_of_teacher
        annealing = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps, RATE * 0.02)
        for step in range(steps):
            rows, others = (
                _draw(len(each[0]), random).to(network.device) for each in (source, target)
            )
            copies = torch.randint(COPIES, (2, BATCH), generator=random).to(network.device)
            both = torch.cat([source[copies[0], rows], target[copies[1], others]])
            logits = member(both + NOISE * normal(both.shape, random, network.device))
            own, its = logits[:BATCH], logits[BATCH:]
            weight = ramp(step / steps, *self.ramp)
            loss = functional.cross_entropy(own, truth[rows])
            loss = loss + weight * class_confusion(its, self.temperature)
            loss = loss + weight * imbalance(its, self.prior)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            annealing.step()
        with torch.no_grad():
            opinion: Tensor = member(clean).softmax(dim=1)
        return opinion

    def _copies(self, windows: Tensor, origins: Tensor, raw: bool, numbers: Tensor) -> Tensor:
        """Statistics of augmented copies, float32 [copies, count, statistics]."""
        random = self.context.random
        return torch.stack(
            [
                self._seen(self.context.augment(windows, origins, random), origins, raw, numbers)
                for _ in range(COPIES)
            ]
        )

    def _seen(self, windows: Tensor, origins: Tensor, raw: bool, numbers: Tensor) -> Tensor:
        """Statistics of the rows that a member sees, float32 [count, statistics].

        Args:
            windows: float32 [count, channels, length].
            origins: int64 [count], number of the domain of each.
            raw: whether derived rows are left out.
            numbers: float32 [domains, size], of the preprocessing.
        """
        preprocessing = self.context.network.preprocessing
        with torch.no_grad():
            rows = preprocessing(windows, numbers[origins])
        moving = len(preprocessing.kept)
        if raw and moving:
            return statistics(rows[:, :moving])
        # Of rows that are one number a window, a mean says all; the rest would be constants.
        still = torch.from_numpy(preprocessing.still).to(rows.device)
        return torch.cat([statistics(rows[:, ~still]), rows[:, still].mean(dim=2)], dim=1)


def statistics(rows: Tensor) -> Tensor:
    """Mean, deviation and band powers of every row, the last two by their logarithms.

    Args:
        rows: float32 [count, rows, length].

    Returns:
        float32 [count, 8 * rows].
    """
    mean = rows.mean(dim=2)
    moving = rows - mean.unsqueeze(2)
    deviation = torch.log(moving.std(dim=2) + 0.05)
    power = torch.fft.rfft(moving, dim=2).abs().square() / rows.shape[2]
    edges = [max(round(edge * (power.shape[2] - 1)), at + 1) for at, edge in enumerate(BANDS)]
    bands = [
        power[:, :, low : max(high, low + 1)].sum(dim=2) / max(high - low, 1)
        for low, high in pairwise(edges)
    ]
    logs = 0.5 * torch.log(torch.stack(bands, dim=2) + 1e-2)
    return torch.cat([mean, deviation, logs.flatten(1)], dim=1)


def _perceptron(width: int, classes: int, random: torch.Generator) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs, outputs in ((width, HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, classes)):
        layer = nn.Linear(inputs, outputs)
        with torch.no_grad():
            layer.weight.copy_(torch.randn(outputs, inputs, generator=random) / inputs**0.5)
            layer.bias.zero_()
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def _draw(count: int, random: torch.Generator) -> Tensor:
    return torch.randint(count, (BATCH,), generator=random)
