"""How much a channel moves beside how much it does as a rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool1d

from models.errors import TrainingError
from models.features.feature import Feature
from models.windows import Floats

# A channel that stands still has a logarithm too: that of a hundredth of its usual steps.
LEAST = 0.01


class Activity(Feature):
    """A row for each channel: ln of its steps' mean size around a sample, in usual steps.

    About 0 as a rule, on any machine; far below where a sensor is stuck, above where it is
    restless. What moves little is a faint pattern to a convolution, and a plain one here.
    """

    kind: ClassVar[str] = "activity"
    in_own_units = True

    def __init__(self, names: Sequence[str], of: Sequence[int], over: int = 9) -> None:
        """Activity of the channels with indices `of`.

        Args:
            names: of the channels.
            of: their indices.
            over: samples that a mean is taken of, odd.

        Raises:
            TrainingError: when that is no odd number above 0.
        """
        super().__init__()
        if over < 1 or over % 2 == 0:
            raise TrainingError(f"feature activity: over {over}; expected an odd number above 0")
        self.names = tuple(f"activity({name})" for name in names)
        self.channels = tuple(names)
        self.of = list(of)
        self.over = over
        self.parameters_of_domain = len(self.of)

    @property
    def numbers(self) -> tuple[str, ...]:
        """See `Feature.numbers`."""
        return tuple(f"step({name})" for name in self.channels)

    def estimate(self, windows: Floats, normal: Floats | None = None) -> Floats:
        """The median over windows of a channel's mean step, float32 [channels of `of`]."""
        chosen = (windows if normal is None else normal)[:, self.of]
        if not len(chosen):
            raise TrainingError("feature activity: no window to tell usual steps from")
        steps = np.abs(np.diff(chosen.astype(np.float64), axis=2)).mean(axis=2)
        still = 1e-6 * (1.0 + np.abs(chosen).mean(axis=(0, 2)))
        usual: Floats = np.maximum(np.median(steps, axis=0), still).astype(np.float32)
        return usual

    def forward(self, windows: Tensor, parameters: Tensor) -> Tensor:
        """See `Feature.forward`."""
        chosen = windows[:, self.of]
        steps = (chosen[:, :, 1:] - chosen[:, :, :-1]).abs()
        steps = torch.cat([steps[:, :, :1], steps], dim=2)
        around = avg_pool1d(
            steps, self.over, stride=1, padding=self.over // 2, count_include_pad=False
        )
        return torch.log(around / parameters.unsqueeze(2) + LEAST)
