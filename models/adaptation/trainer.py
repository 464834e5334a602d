"""The training loop: the same for every method, deterministic, and resumable at every epoch."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from models.adaptation.domains import Domains
from models.adaptation.method import Batch, Context, Method
from models.adaptation.objective import Balance, Objective
from models.adaptation.stopping import Best
from models.checkpoint import load_checkpoint, save_checkpoint
from models.errors import TrainingError
from models.networks.batch_norm import separate
from models.networks.network import Network
from models.windows import Ints, Windows

Augment = Callable[[Tensor, torch.Generator], Tensor]
Report = Callable[["Epoch"], None]


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
        stop_by: criterion of `models.selection` whose best epoch is kept, none of which sees a
            label of the target; None: the last epoch is kept.
        patience: epochs without a better one after which training stops, with `stop_by`.
        seed: of everything random.
        threads: of torch; part of the result.
    """

    epochs: int = 40
    batch: int = 32
    rate: float = 1e-3
    weight_decay: float = 1e-4
    annealing: Literal["cosine", "none"] = "none"
    clip: float = 1.0
    balance: Balance = "none"
    reconstruction: float = 0.5
    stop_by: str | None = None
    patience: int = 10
    seed: int = 0
    threads: int = 1


@dataclass(frozen=True)
class Epoch:
    """What is told of an epoch.

    Attributes:
        number: from 1 on.
        losses: means of the parts of the loss over its steps.
        value: of the criterion that stops the training, larger is better; None without.
    """

    number: int
    losses: dict[str, float]
    value: float | None = None


@dataclass
class Trained:
    """A network and how it came to be.

    Attributes:
        network: in evaluation mode.
        history: of the epochs.
        kept: number of the epoch whose weights these are.
    """

    network: Network
    history: list[Epoch]
    kept: int


def train(
    method: Method,
    network: Network,
    domains: Domains,
    training: Training,
    augment: Augment | None = None,
    report: Report = lambda epoch: None,
    checkpoint: Path | None = None,
) -> Trained:
    """Trains a network by a method.

    The order of windows and all augmentation of an epoch come from the seed and the epoch's number,
    and a checkpoint holds the rest, so a training that is killed and started again ends with the
    same weights on the same machine with the same number of threads.

    Args:
        method: what is minimised.
        network: on the CPU or a GPU; trained in place.
        domains: checked, of at least a batch each.
        training: epochs, batches, rates, seed.
        augment: float32 [batch, channels, length] to the same shape, with a generator; for windows
            of both domains.
        report: is told of every epoch.
        checkpoint: file to write after every epoch and to go on from, or None.

    Raises:
        TrainingError: when the data cannot be trained on, the loss is no longer finite, or the
            checkpoint is of another training.
    """
    domains.check(training.batch)
    torch.set_num_threads(training.threads)
    torch.manual_seed(training.seed)
    source, origins = domains.source, torch.from_numpy(domains.origins)
    if method.separate_norms:
        separate(network.encoder, len(network.domains))
    objective = Objective.of(
        source.labels, domains.classes, training.balance, training.reconstruction
    )
    method.begin(Context(network, domains, objective, torch.Generator().manual_seed(training.seed)))
    run = _Run(method, network, training, domains)
    history = run.resume(checkpoint) if checkpoint is not None else []
    values, labels = torch.from_numpy(source.values), torch.from_numpy(source.labels)
    target = torch.from_numpy(domains.target.values)
    for number in range(len(history) + 1, training.epochs + 1):
        if run.best.stale(number, training.patience):
            break
        random = torch.Generator().manual_seed(_mix(training.seed, number))
        run.learn()
        steps = len(values) // training.batch
        losses: list[dict[str, float]] = []
        batches = zip(
            torch.split(_order(source.labels, training, random), training.batch)[:steps],
            _cycle(len(target), training.batch, steps, random),
            strict=True,
        )
        for step, (rows, others) in enumerate(batches):
            chosen, view = values[rows], target[others]
            if augment is not None:
                chosen = augment(chosen, random)
                view, other_view = augment(view, random), augment(target[others], random)
            else:
                other_view = view
            batch = Batch(chosen, labels[rows], origins[rows], view, other_view, others)
            losses.append(
                run.step(batch, ((number - 1) * steps + step) / (training.epochs * steps))
            )
        means = _means(losses, number)
        run.rest()
        method.epoch_ended(number, training.epochs)
        history.append(Epoch(number, means, run.best.offer(number, network, domains)))
        report(history[-1])
        if checkpoint is not None:
            run.save(checkpoint, history)
    run.rest()
    kept = run.best.restore(network) or len(history)
    method.finish()
    return Trained(network, history, kept)


class _Run:
    """Optimiser, and what a checkpoint holds."""

    def __init__(
        self, method: Method, network: Network, training: Training, domains: Domains
    ) -> None:
        self.method, self.network, self.training = method, network, training
        self.best = Best(training.stop_by)
        self._data = _fingerprint(domains)
        self.own = nn.ModuleDict(dict(method.modules()))
        self.parameters = [*network.parameters(), *self.own.parameters()]
        self.optimiser = torch.optim.Adam(
            self.parameters, training.rate, weight_decay=training.weight_decay
        )

    def learn(self) -> None:
        self.network.train()
        self.own.train()

    def rest(self) -> None:
        self.network.eval()
        self.own.eval()

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        """One step; the parts of its loss."""
        if self.training.annealing == "cosine":
            for group in self.optimiser.param_groups:
                group["lr"] = self.training.rate * 0.5 * (1.0 + math.cos(math.pi * progress))
        self.optimiser.zero_grad()
        parts = self.method.losses(batch, progress)
        torch.stack(list(parts.values())).sum().backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.parameters, self.training.clip)
        self.optimiser.step()
        return {name: part.item() for name, part in parts.items()}

    def save(self, path: Path, history: list[Epoch]) -> None:
        save_checkpoint(
            path,
            {
                "training": self._identity(),
                "network": self.network.state_dict(),
                "own": self.own.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "method": self.method.state(),
                "best": self.best.state(),
                "history": [asdict(epoch) for epoch in history],
                "random": torch.get_rng_state(),
                "own_random": self.method.context.random.get_state(),
            },
        )

    def resume(self, path: Path) -> list[Epoch]:
        """Takes up a checkpoint; the epochs that are done, none without one."""
        if not path.exists():
            return []
        state = load_checkpoint(path)
        if state["training"] != self._identity():
            raise TrainingError(
                f"checkpoint {path}: it is of another training ({state['training']}); remove it or "
                "name another file"
            )
        self.network.load_state_dict(state["network"])
        self.own.load_state_dict(state["own"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.method.restore(state["method"])
        torch.set_rng_state(state["random"])
        self.method.context.random.set_state(state["own_random"])
        self.best.resume(state["best"])
        return [Epoch(**epoch) for epoch in state["history"]]

    def _identity(self) -> str:
        own = sorted(
            (name, value)
            for name, value in vars(self.method).items()
            if isinstance(value, int | float | str | tuple | bool) and name != "accuracy"
        )
        shapes = [tuple(value.shape) for value in self.network.state_dict().values()]
        network = hashlib.sha256(repr(shapes).encode()).hexdigest()[:16]
        return (
            f"method {self.method.name} {own}, {self.training}, network {network}, "
            f"data {self._data}"
        )


def _fingerprint(domains: Domains) -> str:
    """Of all windows and labels that are learnt from."""
    found = hashlib.sha256()
    for each in (*domains.sources, *domains.validation, domains.target, domains.labelled):
        if each is not None:
            found.update(each.values.tobytes())
        if isinstance(each, Windows):
            found.update(each.labels.tobytes())
    return found.hexdigest()[:16]


def _order(labels: Ints, training: Training, random: torch.Generator) -> Tensor:
    """Rows of the source in the order of an epoch, int64 [count]."""
    if training.balance != "oversampling":
        return torch.randperm(len(labels), generator=random)
    counts = np.bincount(labels)
    weights = torch.from_numpy(1.0 / counts[labels])
    return torch.multinomial(weights, len(labels), replacement=True, generator=random)


def _cycle(count: int, batch: int, steps: int, random: torch.Generator) -> Iterator[Tensor]:
    """Rows of the target for each step, in a new order whenever all whole batches were had."""
    rows: list[Tensor] = []
    for _ in range(steps):
        if not rows:
            rows = list(torch.split(torch.randperm(count, generator=random), batch))[
                : count // batch
            ]
        yield rows.pop(0)


def _mix(seed: int, epoch: int) -> int:
    """A seed for an epoch."""
    return int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0])


def _means(losses: list[dict[str, float]], epoch: int) -> dict[str, float]:
    # A method may have other parts from some step on.
    names = list(dict.fromkeys(name for each in losses for name in each))
    means = {
        name: float(np.mean([each[name] for each in losses if name in each])) for name in names
    }
    for name, mean in means.items():
        if not math.isfinite(mean):
            raise TrainingError(
                f"the {name} loss is {mean} in epoch {epoch}; lower the learning rate"
            )
    return means
