"""Continual adaptation: from the deployed weights on, and not far away from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor

from models.adaptation.domains import Domains
from models.adaptation.mcc import MCC
from models.adaptation.method import Batch, Context
from models.errors import TrainingError


class Continual(MCC):
    """Starts from a deployed network's weights and pays for the distance from them.

    The source windows that are kept for it are the memory that is replayed. Assumes that the
    target has drifted, not changed: what was learnt still holds. Fails after a sudden change, where
    the start is in the way; train anew then.
    Source: Li et al., Explicit Inductive Bias for Transfer Learning (L2-SP), ICML 2018; Chaudhry et
    al., On Tiny Episodic Memories in Continual Learning, 2019, for the replay.

    Attributes:
        distance: weight of the squared distance from the deployed weights.
    """

    name: ClassVar[str] = "continual"

    def __init__(
        self,
        deployed: Mapping[str, Tensor] | None = None,
        distance: float = 0.01,
        weight: float = 0.5,
        temperature: float = 2.5,
    ) -> None:
        """The method; `deployed` has the weights by their names in the network."""
        super().__init__(weight, temperature)
        self.distance = distance
        self._deployed = deployed

    @classmethod
    def unfit(cls, domains: Domains) -> str | None:
        """A deployed model is a setting, so as it comes it cannot be used."""
        return "no deployed model was given to go on from"

    def begin(self, context: Context) -> None:
        """Loads the deployed weights.

        Raises:
            TrainingError: when there are none, or they are of another network.
        """
        super().begin(context)
        if self._deployed is None:
            raise TrainingError(f"method {self.name}: no deployed model was given to go on from")
        own = {name: value.shape for name, value in context.network.named_parameters()}
        given = {name: self._deployed[name].shape for name in own if name in self._deployed}
        if own != given:
            wrong = next(name for name in own if own[name] != given.get(name))
            raise TrainingError(
                f"method {self.name}: the deployed model has no {wrong} of {list(own[wrong])}; go "
                "on with the network that it was made with"
            )
        with torch.no_grad():
            for name, parameter in context.network.named_parameters():
                parameter.copy_(self._deployed[name])
        self._start = {
            name: parameter.detach().clone()
            for name, parameter in context.network.named_parameters()
        }

    def losses(self, batch: Batch, progress: float) -> dict[str, Tensor]:
        """MCC's parts and the distance; see `Method.losses`."""
        parts = super().losses(batch, progress)
        squares = [
            (parameter - self._start[name]).square().sum()
            for name, parameter in self.context.network.named_parameters()
        ]
        parts["distance"] = self.distance * torch.stack(squares).sum()
        return parts
