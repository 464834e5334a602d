"""What a method may see: no label of the target, and nothing of any test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.errors import TrainingError
from models.windows import UNKNOWN, Unlabelled, Windows
from models.windows.checks import check_domains_differ, check_windows


@dataclass(frozen=True)
class Domains:
    """Windows to learn from.

    Attributes:
        sources: labelled training windows, of one domain each.
        validation: labelled windows of the sources that nothing is trained on, in their order.
        target: training windows of the target; they have no labels to look at.
        labelled: a few target windows with labels, for methods that say that they take them; they
            are none of `target`'s rows.
        has_target: whether there is one; without, `target` has the sources' training windows.
    """

    sources: tuple[Windows, ...]
    validation: tuple[Windows, ...]
    target: Unlabelled
    labelled: Windows | None = None
    has_target: bool = True

    @staticmethod
    def without_target(sources: tuple[Windows, ...], validation: tuple[Windows, ...]) -> Domains:
        """Windows to learn from where the model is for the sources themselves.

        Raises:
            TrainingError: when there is no source.
        """
        return Domains(sources, validation, Windows.join(sources).unlabelled, has_target=False)

    @property
    def classes(self) -> int:
        """Number of classes: one more than the greatest label of the sources."""
        return int(max(each.labels.max() for each in self.sources)) + 1

    @property
    def shape(self) -> tuple[int, int]:
        """Channels and length of the windows."""
        _, channels, length = self.target.values.shape
        return channels, length

    def check(self, batch: int) -> None:
        """Refuses what cannot be trained on.

        Raises:
            TrainingError: with the domain and what is wrong with it.
        """
        if not self.sources or len(self.sources) != len(self.validation):
            raise TrainingError(
                f"{len(self.sources)} sources with {len(self.validation)} validation sets, "
                "expected one for each, and at least one"
            )
        for at, (training, validation) in enumerate(
            zip(self.sources, self.validation, strict=True), 1
        ):
            of = f" {at}" if len(self.sources) > 1 else ""
            check_windows(training, batch, f"source{of}")
            check_windows(validation, 1, f"source{of}, validation")
            if self.has_target:
                check_domains_differ(training, self.target)
        check_windows(self.target, batch, "target")
        shapes = {each.values.shape[1:] for each in (*self.sources, *self.validation, self.target)}
        if len(shapes) > 1:
            listed = " and ".join(sorted(str(list(shape)) for shape in shapes))
            raise TrainingError(f"windows are [channels, length] = {listed}, expected one shape")
        if self.labelled is not None and (self.labelled.labels == UNKNOWN).any():
            raise TrainingError("labelled target windows: one has no label")

    @property
    def source(self) -> Windows:
        """Training windows of all sources."""
        return Windows.join(self.sources)

    @property
    def origins(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Number of the source of each of `source`'s windows, int64 [count]."""
        return np.repeat(np.arange(len(self.sources)), [len(each) for each in self.sources])
