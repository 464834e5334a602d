"""The choice among candidates of several methods, without a label of the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.errors import TrainingError
from models.selection.criterion import Criterion
from models.selection.judged import Judged
from models.selection.space import Setting
from models.selection.veto import vetoes
from models.windows import Doubles


@dataclass(frozen=True)
class Candidate:
    """A trained network that may be chosen.

    Attributes:
        method: by which it was trained.
        number: of the trial, from 0 on.
        settings: that were tried.
        judged: what it says of source and target windows.
        aligned: whether its method claims features that do not tell the domain.
    """

    method: str
    number: int
    settings: dict[str, Setting]
    judged: Judged
    aligned: bool = False


@dataclass(frozen=True)
class Choice:
    """The candidate that is taken, and why.

    Attributes:
        candidate: taken.
        values: of the criterion by candidate, in their order.
        vetoes: reasons against each candidate, in their order; none against most.
        reason: in words, for the card.
    """

    candidate: Candidate
    values: tuple[float, ...]
    vetoes: tuple[tuple[str, ...], ...]
    reason: str


def choose(candidates: Sequence[Candidate], criterion: Criterion, prior: Doubles) -> Choice:
    """The candidate with the largest value among those without a veto.

    Where all have one, the largest of all is taken, and the reason says so: a prior that does not
    hold for the target vetoes every honest candidate too.

    Args:
        candidates: of all methods, at least one.
        criterion: says how good each looks.
        prior: float64 [classes], shares of the classes in the source.

    Raises:
        TrainingError: without candidates.
    """
    if not candidates:
        raise TrainingError("nothing to choose from: no candidate was trained")
    values = criterion.values([each.judged for each in candidates])
    against = tuple(tuple(vetoes(each.judged, prior, each.aligned)) for each in candidates)
    free = [at for at, reasons in enumerate(against) if not reasons] or range(len(candidates))
    best = max(free, key=lambda at: values[at])
    return Choice(
        candidates[best],
        tuple(values),
        against,
        _reason(candidates, values, against, best, criterion.name),
    )


def best_of_each(candidates: Sequence[Candidate], choice: Choice) -> dict[str, float]:
    """The largest value of each method, vetoed candidates among them, the largest first."""
    found: dict[str, float] = {}
    for each, value in zip(candidates, choice.values, strict=True):
        found[each.method] = max(value, found.get(each.method, -np.inf))
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def _reason(
    candidates: Sequence[Candidate],
    values: Sequence[float],
    against: Sequence[Sequence[str]],
    best: int,
    criterion: str,
) -> str:
    taken = candidates[best]
    methods = len({each.method for each in candidates})
    out = sum(bool(reasons) for reasons in against)
    text = (
        f"largest {criterion} ({values[best]:.4f}) of {len(candidates)} candidates of {methods} "
        f"methods"
    )
    if against[best]:
        text += f"; all of them were vetoed, this one because of {'; '.join(against[best])}"
    elif out:
        text += f", {out} of which were vetoed"
    others = [at for at in range(len(candidates)) if candidates[at].method != taken.method]
    if others:
        next_best = max(others, key=lambda at: values[at])
        text += f"; the best of another method: {candidates[next_best].method}"
        text += f" ({values[next_best]:.4f})"
    return text
