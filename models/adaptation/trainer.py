"""The training loop: the same for every method, deterministic, and resumable at every epoch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from models.adaptation.device import resolve
from models.adaptation.domains import Domains
from models.adaptation.method import Batch, Context, Method
from models.adaptation.objective import Objective
from models.adaptation.run import Run
from models.adaptation.training import Epoch, Training
from models.augmentation.augmentation import Augmentation
from models.errors import TrainingError
from models.networks.batch_norm import separate
from models.networks.network import Network
from models.windows import Floats, Ints

__all__ = ["Epoch", "Trained", "Training", "train"]

Report = Callable[[Epoch], None]


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
    augmentation: Augmentation | None = None,
    report: Report = lambda epoch: None,
    checkpoint: Path | None = None,
) -> Trained:
    """Trains a network by a method.

    The order of windows and all augmentation of an epoch come from the seed and the epoch's number,
    and a checkpoint holds the rest, so a training that is killed and started again ends with the
    same weights on the same machine with the same number of threads.

    Args:
        method: what is minimised.
        network: trained in place, on the device that `training` names; on the CPU afterwards.
        domains: checked, of at least a batch each.
        training: epochs, batches, rates, seed.
        augmentation: of the windows of both domains; None: they are taken as they are.
        report: is told of every epoch.
        checkpoint: file to write after every epoch and to go on from, or None.

    Raises:
        TrainingError: when the data cannot be trained on, there is no such device, the loss is no
            longer finite, or the checkpoint is of another training.
    """
    domains.check(training.batch)
    torch.set_num_threads(training.threads)
    torch.manual_seed(training.seed)
    source = domains.source
    if method.separate_norms:
        separate(network.encoder, len(network.domains))
    network.to(resolve(training.device))
    device = network.device
    objective = Objective.of(
        source.labels, domains.classes, training.balance, training.reconstruction, device
    )
    every = (*domains.sources, domains.target)
    scales = torch.stack([network.tensor(_scales(each.values)) for each in every])

    def augmented(windows: Tensor, origins: Tensor, random: torch.Generator) -> Tensor:
        return windows if augmentation is None else augmentation(windows, scales[origins], random)

    own = torch.Generator().manual_seed(training.seed)
    method.begin(Context(network, domains, objective, augmented, own, training.together))
    run = Run(method, network, training, domains, augmentation)
    history = run.resume(checkpoint) if checkpoint is not None else []
    values, target = network.tensor(source.values), network.tensor(domains.target.values)
    labels, origins = network.tensor(source.labels), network.tensor(domains.origins)
    for number in range(len(history) + 1, (training.epochs if method.steps else 0) + 1):
        if run.best.stale(number, training.patience):
            break
        random = torch.Generator().manual_seed(_mix(training.seed, number))
        run.learn()
        steps = len(values) // training.batch
        losses: list[dict[str, float]] = []
        batches = zip(
            torch.split(order(source.labels, training, random), training.batch)[:steps],
            _cycle(len(target), training.batch, steps, random),
            strict=True,
        )
        for step, drawn in enumerate(batches):
            rows, others = (each.to(device) for each in drawn)
            here = torch.full_like(others, network.target)
            chosen = augmented(values[rows], origins[rows], random)
            view = augmented(target[others], here, random)
            other_view = augmented(target[others], here, random)
            batch = Batch(chosen, labels[rows], origins[rows], view, other_view, others)
            losses.append(
                run.step(batch, ((number - 1) * steps + step) / (training.epochs * steps))
            )
        means = _means(losses, number)
        run.rest()
        method.epoch_ended(number, training.epochs)
        run.average.offer(number, training.epochs, network)
        value = run.best.offer(number, network, domains)
        strength = method.strength(number / training.epochs)
        history.append(Epoch(number, means, value, strength))
        report(history[-1])
        if checkpoint is not None:
            run.save(checkpoint, history)
    run.rest()
    kept = run.best.restore(network) or len(history)
    run.average.take(network, domains, method.sees_target)
    method.finish()
    network.to("cpu")
    return Trained(network, history, kept)


def _scales(windows: Floats) -> Floats:
    """Deviation of every channel, float32 [channels, 1]."""
    found: Floats = windows.std(axis=(0, 2), dtype=np.float64).astype(np.float32)[:, None]
    return found


def order(labels: Ints, training: Training, random: torch.Generator) -> Tensor:
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
