"""What changes in a training, and how it is kept and taken up again."""

from __future__ import annotations

import hashlib
import math
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn

from models.adaptation.averaging import Average
from models.adaptation.device import moved
from models.adaptation.domains import Domains
from models.adaptation.method import Batch, Method
from models.adaptation.stopping import Best
from models.adaptation.training import Epoch, Training
from models.augmentation.augmentation import Augmentation, Chain
from models.checkpoint import load_checkpoint, save_checkpoint
from models.errors import TrainingError
from models.networks.network import Network
from models.windows import Windows


class Run:
    """One training: network, method and optimiser, and what a checkpoint holds of them."""

    def __init__(
        self,
        method: Method,
        network: Network,
        training: Training,
        domains: Domains,
        augmentation: Augmentation | None,
    ) -> None:
        """A training that has not begun; `domains` and `augmentation` are part of its identity.

        Raises:
            TrainingError: when the settings exclude each other.
        """
        self.method, self.network, self.training = method, network, training
        self.best = Best(training.stop_by)
        self.average = Average(training.average)
        if training.average and training.stop_by:
            raise TrainingError("training: average and stop_by exclude each other; take one")
        self._data = fingerprint(domains)
        self._augmentation = _settings(augmentation)
        self.own = nn.ModuleDict(dict(method.modules())).to(network.device)
        self.parameters = [*network.parameters(), *self.own.parameters()]
        self.optimiser = torch.optim.Adam(
            self.parameters, training.rate, weight_decay=training.weight_decay
        )

    def learn(self) -> None:
        """Puts all modules into training mode."""
        self.network.train()
        self.own.train()

    def rest(self) -> None:
        """Puts all modules into evaluation mode."""
        self.network.eval()
        self.own.eval()

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        """One step; the parts of its loss."""
        if self.training.annealing == "cosine":
            for group in self.optimiser.param_groups:
                group["lr"] = self.training.rate * 0.5 * (1.0 + math.cos(math.pi * progress))
        parts = self.method.losses(batch, progress)
        # Only now: the memory that this frees is what backward takes next.
        self.optimiser.zero_grad()
        torch.stack(list(parts.values())).sum().backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.parameters, self.training.clip)
        self.optimiser.step()
        return {name: part.item() for name, part in parts.items()}

    def save(self, path: Path, history: list[Epoch]) -> None:
        """Writes a checkpoint."""
        state = {
            "training": self._identity(),
            "network": self.network.state_dict(),
            "own": self.own.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "method": self.method.state(),
            "best": self.best.state(),
            "average": self.average.state(),
            "history": [asdict(epoch) for epoch in history],
            "random": torch.get_rng_state(),
            "own_random": self.method.context.random.get_state(),
            "cuda_random": self._cuda_random(),
        }
        save_checkpoint(path, moved(state, torch.device("cpu")))

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
        self.method.restore(moved(state["method"], self.network.device))
        torch.set_rng_state(state["random"])
        if state["cuda_random"] is not None:
            torch.cuda.set_rng_state(state["cuda_random"])
        self.method.context.random.set_state(state["own_random"])
        self.best.resume(state["best"])
        self.average.resume(moved(state["average"], self.network.device))
        return [Epoch(**epoch) for epoch in state["history"]]

    def _cuda_random(self) -> Tensor | None:
        """State of the generator that drops units out; None on the CPU, where it is torch's."""
        return torch.cuda.get_rng_state() if self.network.device.type == "cuda" else None

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
            f"augmentation {self._augmentation}, data {self._data}"
        )


def _settings(augmentation: Augmentation | None) -> str:
    """An augmentation's kind and numbers, of a chain those of its steps."""
    if augmentation is None:
        return "none"
    if isinstance(augmentation, Chain):
        return " ".join(_settings(step) for step in augmentation.steps)
    return f"{augmentation.kind} {vars(augmentation)}"


def fingerprint(domains: Domains) -> str:
    """A hash of all windows and labels that are learnt from."""
    found = hashlib.sha256()
    for each in (*domains.sources, *domains.validation, domains.target, domains.labelled):
        if each is not None:
            found.update(each.values.tobytes())
        if isinstance(each, Windows):
            found.update(each.labels.tobytes())
    return found.hexdigest()[:16]
