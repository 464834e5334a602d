"""Settings of the training loop, and what is told of its epochs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from models.adaptation.device import Device
from models.adaptation.objective import Balance


@dataclass(frozen=True)
class Training:
    """How long and how hard to train, whatever the method.

    Attributes:
        epochs: passes over the source windows.
        batch: windows of each domain in a step.
        rate: learning rate at the start.
        weight_decay: of the optimiser.
        annealing: `cosine` lets the rate fall to 0 over the training, `none` keeps it.
        clip: largest norm of a gradient.
        balance: what is done about classes of unequal frequency.
        reconstruction: weight of the reconstruction error.
        average: last epochs whose weights are averaged; 0 takes those of one epoch.
        together: whether both domains pass the network as one batch, whose statistics shared batch
            norms then see; else each domain passes by itself. No matter where norms are separate.
        stop_by: criterion of `models.selection` whose best epoch is kept, none of which sees a
            label of the target; None: the last epoch is kept.
        patience: epochs without a better one after which training stops, with `stop_by`.
        seed: of everything random.
        threads: of torch; part of the result.
        device: `auto` takes a GPU where there is one. Only on the CPU a seed gives the same bits.
    """

    epochs: int = 40
    batch: int = 32
    rate: float = 1e-3
    weight_decay: float = 1e-4
    annealing: Literal["cosine", "none"] = "none"
    clip: float = 1.0
    balance: Balance = "none"
    reconstruction: float = 0.5
    average: int = 0
    together: bool = False
    stop_by: str | None = None
    patience: int = 10
    seed: int = 0
    threads: int = 1
    device: Device = "auto"


@dataclass(frozen=True)
class Epoch:
    """What is told of an epoch.

    Attributes:
        number: from 1 on.
        losses: means of the parts of the loss over its steps.
        value: of the criterion that stops the training, larger is better; None without.
        strength: of the adaptation at the end of the epoch, lambda; None without one.
    """

    number: int
    losses: dict[str, float]
    value: float | None = None
    strength: float | None = None
