"""Early stopping: which epoch of a training is kept, told without a label of the target."""

from __future__ import annotations

import copy
import math
from typing import Any

from torch import Tensor

from models.adaptation.domains import Domains
from models.errors import TrainingError
from models.networks.network import Network
from models.selection.catalogue import CRITERIA
from models.selection.judging import judged_of
from models.selection.target import Committee


class Best:
    """The best epoch by a criterion; without one, nothing is compared."""

    def __init__(self, stop_by: str | None) -> None:
        """Compares by the criterion of that name.

        Raises:
            TrainingError: when there is none, or it cannot judge a network alone.
        """
        if stop_by is not None and (stop_by not in CRITERIA or stop_by == Committee.name):
            alone = [name for name in CRITERIA if name != Committee.name]
            raise TrainingError(
                f"training.stop_by: {stop_by}, expected one of {', '.join(alone)}, or none"
            )
        self._criterion = None if stop_by is None else CRITERIA[stop_by]()
        self._number, self._value, self._weights = 0, -math.inf, dict[str, Tensor]()

    def offer(self, number: int, network: Network, domains: Domains) -> float | None:
        """Compares an epoch with the best before it; the criterion's value."""
        if self._criterion is None:
            return None
        value = self._criterion.value(judged_of(network, domains))
        if value > self._value:
            self._number, self._value = number, value
            self._weights = copy.deepcopy(dict(network.state_dict()))
        return value

    def stale(self, number: int, patience: int) -> bool:
        """Whether epoch `number` need not be tried."""
        return bool(self._number) and number - self._number > patience

    def restore(self, network: Network) -> int:
        """Gives the network the best weights; the epoch's number, 0 where none was compared."""
        if self._number:
            network.load_state_dict(self._weights)
        return self._number

    def state(self) -> dict[str, Any]:
        """For a checkpoint."""
        return {"number": self._number, "value": self._value, "weights": self._weights}

    def resume(self, state: dict[str, Any]) -> None:
        """Takes back what `state` gave."""
        self._number, self._value = state["number"], state["value"]
        self._weights = state["weights"]
