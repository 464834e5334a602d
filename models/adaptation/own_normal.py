"""Deviation from own normal: no network is trained, and every learned method has to beat it."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from models.adaptation.domains import Domains
from models.adaptation.method import Context, Method
from models.errors import TrainingError
from models.features.deviation import Deviation, Kind
from models.networks.largest import LargestClassifier, LargestRow
from models.networks.network import Network, judge
from models.preprocessing.preprocessing import Preprocessing
from models.selection.space import Range, Space
from models.windows import NORMAL, Floats


class OwnNormal(Method):
    """Scores a window by the largest deviation of any channel's mean from the domain's own normal.

    Two numbers, how deviations become a probability, are fitted on the source's labels; the order
    of windows does not depend on them. Assumes that normal is alike within a domain and that
    anomalies move a mean. Fails where a channel drifts by itself, such as a temperature that
    follows the clock (leave it out), and where anomalies are in shapes, not in levels.

    Attributes:
        regime: `normal`: windows declared normal, at start-up for example; `majority`: those most
            alike, wherever they lie.
        share: of the windows that make the majority.
    """

    name: ClassVar[str] = "own_normal"
    space: ClassVar[Space] = {"share": Range(0.3, 0.8)}
    normalise = "domain"
    sees_target = False
    steps = False

    def __init__(self, regime: Kind = "majority", share: float = 0.5) -> None:
        """The method with its regime."""
        self.regime = regime
        self.share = share

    def network(
        self,
        channels: tuple[str, ...],
        hidden: tuple[str, ...],
        domains: list[tuple[Floats, Floats]],
    ) -> Network:
        """The network that it fits, in place of one from a training file.

        Args:
            channels: names of the raw channels.
            hidden: those that do not count.
            domains: of each domain all windows, and those known to be normal.

        Raises:
            TrainingError: when no channel is left, or no window is known to be normal where the
                regime is made of them.
        """
        preprocessing = self.preprocessing(channels, hidden)
        numbers = [
            preprocessing.estimate(windows, normal if len(normal) else None)
            for windows, normal in domains
        ]
        rows = len(preprocessing.names)
        return Network(preprocessing, numbers, LargestRow(rows), LargestClassifier())

    def preprocessing(self, channels: tuple[str, ...], hidden: tuple[str, ...]) -> Preprocessing:
        """The first layers of its network: deviations of the channels that are not hidden.

        Raises:
            TrainingError: when no channel is left.
        """
        seen = [name for name in channels if name not in hidden]
        of = [channels.index(name) for name in seen]
        if not seen:
            raise TrainingError(f"method {self.name}: all channels are hidden")
        share = None if self.regime == "normal" else self.share
        feature = Deviation(seen, of, self.regime, share)
        return Preprocessing(channels, [feature], hidden=channels)

    @classmethod
    def unfit(cls, domains: Domains) -> str | None:
        """See `Method.unfit`."""
        if domains.classes != 2:
            return f"{domains.classes} classes, expected normal and anomalous"
        return super().unfit(domains)

    def begin(self, context: Context) -> None:
        """Checks that there are two classes.

        Raises:
            TrainingError: when there are more.
        """
        super().begin(context)
        reason = self.unfit(context.domains)
        if reason is not None:
            raise TrainingError(f"method {self.name}: {reason}")

    def finish(self) -> None:
        """Fits slope and bias on the source's labels."""
        network, domains = self.context.network, self.context.domains
        latent = [
            judge(network, each.values, number).latent
            for number, each in enumerate(domains.sources)
        ]
        largest = np.concatenate(latent).max(axis=1, keepdims=True).astype(np.float64)
        fitted = LogisticRegression().fit(largest, domains.source.labels != NORMAL)
        if fitted.coef_[0, 0] <= 0:
            raise TrainingError(
                f"method {self.name}: on the source, anomalous windows deviate less than normal "
                "ones; take another method"
            )
        head = network.classifier
        with torch.no_grad():
            head.slope.fill_(float(fitted.coef_[0, 0]))  # type: ignore[operator]
            head.bias.fill_(float(fitted.intercept_[0]))  # type: ignore[operator]
