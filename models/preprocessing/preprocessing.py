"""The first layers of every graph: raw windows in, standardised rows out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from models.features.feature import Feature
from models.preprocessing.normaliser import BOUND, Normaliser
from models.windows import Floats


class Preprocessing(nn.Module):
    """Derives channels and standardises them by numbers of the domain.

    float32 [batch, channels, length] and [batch or 1, size] -> float32 [batch, rows, length].

    All that differs between domains before the encoder is in one vector of `size` numbers: those
    of the features, then means, then deviations. A graph has them as constants for one target, or
    takes them as an input for many.
    """

    def __init__(
        self,
        channels: Sequence[str],
        features: Sequence[Feature] = (),
        relative: Collection[str] = (),
        hidden: Collection[str] = (),
    ) -> None:
        """Builds the layers.

        Args:
            channels: names of the raw channels.
            features: channels that are derived from them.
            relative: names of rows that are taken relative to their own mean in the window.
            hidden: names of raw channels that only features see, not the encoder.
        """
        super().__init__()
        self.features = nn.ModuleList(features)
        self.kept = [at for at, name in enumerate(channels) if name not in hidden]
        derived = [name for feature in features for name in feature.names]
        self.names = (*(channels[at] for at in self.kept), *derived)
        self.relative_names = frozenset(relative)
        raw = [False] * len(self.kept)
        self.plain = np.array([*raw, *(f.in_own_units for f in features for _ in f.names)], bool)
        self.still = np.array([*raw, *(f.still for f in features for _ in f.names)], bool)
        self.sizes = [feature.parameters_of_domain for feature in features]
        self.size = sum(self.sizes) + 2 * len(self.names)
        own = torch.tensor([name in relative for name in self.names]).float()
        self.relative: Tensor
        self.register_buffer("relative", own[:, None])

    @property
    def numbers(self) -> tuple[str, ...]:
        """Names of a domain's numbers in their order, `size` of them.

        `mean(row)` and `deviation(row)`, before them the features' own: `features.0.centre(row)`.
        """
        own = [
            f"features.{at}.{name}"
            for at, feature in enumerate(self.features)
            for name in feature.numbers  # type: ignore[union-attr]
        ]
        words = ("mean", "deviation")
        return (*own, *(f"{word}({name})" for word in words for name in self.names))

    def forward(self, windows: Tensor, numbers: Tensor) -> Tensor:
        """Standardised rows, within -10 and 10."""
        rows = len(self.names)
        *own, means, deviations = torch.split(numbers, [*self.sizes, rows, rows], dim=1)
        values = self._rows(windows, own)
        # From the first reading first: differences of near numbers are exact, their mean is small.
        moved = values - (values[:, :, :1] * self.relative + means.unsqueeze(2))
        level = moved.mean(dim=2, keepdim=True) * self.relative
        standard: Tensor = ((moved - level) / deviations.unsqueeze(2)).clamp(-BOUND, BOUND)
        return standard

    def _rows(self, windows: Tensor, own: Sequence[Tensor]) -> Tensor:
        derived = [feature(windows, part) for feature, part in zip(self.features, own, strict=True)]
        return torch.cat([*([windows[:, self.kept]] if self.kept else []), *derived], dim=1)

    def estimate(self, windows: Floats, normal: Floats | None = None) -> Floats:
        """The numbers of a domain, float32 [size].

        Args:
            windows: float32 [count, channels, length], without labels, for the features.
            normal: those that mean and deviation are taken of; None: the same.

        Raises:
            TrainingError: when there are none, or a row is constant or not finite.
        """
        own = [feature.estimate(windows, normal) for feature in self.features]  # type: ignore[operator]
        chosen = windows if normal is None else normal
        found: Floats = np.concatenate([*own, self._standard(chosen, own)])
        return found

    def restandardise(self, numbers: Floats, windows: Floats) -> Floats:
        """A domain's numbers with means and deviations of other windows; the features' stay.

        Args:
            numbers: float32 [size].
            windows: float32 [count, channels, length].

        Raises:
            TrainingError: when there are none, or a row is constant or not finite.
        """
        first = sum(self.sizes)
        own = np.split(numbers[:first], np.cumsum(self.sizes)[:-1]) if self.sizes else []
        fitted = self._standard(windows, own)
        found: Floats = np.concatenate([numbers[:first], fitted])
        return found

    def _standard(self, windows: Floats, own: Sequence[Floats]) -> Floats:
        """Means, then deviations, of the rows of windows, float32 [2 * rows]."""
        with torch.no_grad():
            device = self.relative.device
            numbers = [torch.from_numpy(part)[None].to(device) for part in own]
            rows = self._rows(torch.from_numpy(windows).to(device), numbers).cpu().numpy()
        mean = np.zeros(len(self.names), np.float32)
        deviation = np.ones(len(self.names), np.float32)
        fitted = np.flatnonzero(~self.plain)
        if len(fitted):
            names = [self.names[at] for at in fitted]
            found = Normaliser.fit(rows[:, fitted], names, self.relative_names & set(names))
            mean[fitted], deviation[fitted] = found.mean, found.deviation
        return np.concatenate([mean, deviation])
