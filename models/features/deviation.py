"""How far channels are from the domain's own regime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal, get_args

import numpy as np
import torch
from torch import Tensor

from models.deviation.regime import of_busiest, of_majority, of_normal
from models.errors import TrainingError
from models.features.feature import Feature
from models.windows import Floats

Kind = Literal["normal", "majority", "busiest"]


class Deviation(Feature):
    """Rows that say how far a window's mean is from a regime of the domain, in its spreads.

    A row for each channel, and one for each group of channels with their root mean square; all are
    constant within a window, and companded by asinh, so that 100 spreads are more than 10 and
    not ten times as much. A network sees with them what standardising by the mean of a whole domain
    hides: where a window lies relative to something that means the same on every machine.

    The regime is told from the domain's unlabelled windows: `normal`, those declared normal;
    `majority`, those most alike; `busiest`, those that move most. See `models.deviation.regime`.
    """

    kind: ClassVar[str] = "deviation"
    in_own_units = True
    still = True

    def __init__(
        self,
        names: Sequence[str],
        of: Sequence[int],
        regime: Kind = "majority",
        share: float | None = None,
        groups: Sequence[Sequence[int]] = (),
    ) -> None:
        """Deviations.

        Args:
            names: of the channels.
            of: their indices.
            regime: what they deviate from.
            share: of the windows that make the regime; None: its own default.
            groups: places in `of` whose deviations are taken together too.

        Raises:
            TrainingError: when there is no such regime, or it takes no share.
        """
        super().__init__()
        if regime not in get_args(Kind) or (share is not None and regime == "normal"):
            raise TrainingError(
                f"feature deviation: regime {regime}, share {share}; expected one of "
                f"{', '.join(get_args(Kind))}, the last two with a share if any"
            )
        together = [".".join(names[at] for at in group) for group in groups]
        self.channels = tuple(names)
        self.names = tuple(f"deviation({name})" for name in (*names, *together))
        self.of = list(of)
        self.regime = regime
        self.share = share
        self.groups = [list(group) for group in groups]
        self.parameters_of_domain = 2 * len(self.of)

    @property
    def numbers(self) -> tuple[str, ...]:
        """See `Feature.numbers`."""
        words = ("centre", "spread")
        return tuple(f"{word}({name})" for word in words for name in self.channels)

    def estimate(self, windows: Floats, normal: Floats | None = None) -> Floats:
        """See `Feature.estimate`."""
        share = {} if self.share is None else {"share": self.share}
        if self.regime == "normal":
            if normal is None:
                raise TrainingError(
                    "feature deviation: regime normal, and no windows are known to be normal; set "
                    "window.statistics to normal, or take another regime"
                )
            found = of_normal(normal[:, self.of])
        else:
            estimate = of_majority if self.regime == "majority" else of_busiest
            found = estimate(windows[:, self.of], **share)
        return np.concatenate([found.centre, found.spread])

    def forward(self, windows: Tensor, parameters: Tensor) -> Tensor:
        """See `Feature.forward`."""
        centre, spread = torch.chunk(parameters, 2, dim=1)
        far = (windows[:, self.of].mean(dim=2) - centre) / spread
        together = [
            far[:, group].square().mean(dim=1, keepdim=True).sqrt() for group in self.groups
        ]
        rows = _asinh(torch.cat([far, *together], dim=1))
        return rows.unsqueeze(2).expand(-1, -1, windows.shape[2])


def _asinh(values: Tensor) -> Tensor:
    """torch.asinh in operations that can be exported."""
    size = values.abs()
    return values.sign() * torch.log(size + (size.square() + 1.0).sqrt())
