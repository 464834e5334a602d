"""Training on windows that matches of a pattern cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from models.errors import TrainingError
from models.training.definition import TrainingDefinition
from models.training.given import Given
from models.windows import UNKNOWN, Unlabelled, Windows, cut_at_matches


def with_label(parts: Mapping[str, Windows], place: str) -> dict[str, Windows]:
    """The windows of a source that have a label: only some matches may have been looked into.

    Raises:
        TrainingError: when no window of a part has one.
    """
    found = {part: windows.known for part, windows in parts.items()}
    for part, windows in parts.items():
        if len(windows) and not len(found[part]):
            name = windows.names[int(windows.groups[0])]
            raise TrainingError(
                f"{place}, {part}: none of {len(windows)} windows cut at matches has a label, such "
                f"as rows {windows.first[0]} to {windows.last[0]} of series {name}; label the rows "
                "of matches (window.label: last needs that of the last row alone)"
            )
    return found


def check_enough(
    parts: Mapping[str, Unlabelled], definition: TrainingDefinition, place: str
) -> None:
    """Refuses what cannot be trained on for want of matches.

    Raises:
        TrainingError: when the training part has fewer windows than a batch, or another has none.
    """
    for part, windows in parts.items():
        least = int(definition.training.get("batch", 1)) if part == "training" else 1
        if len(windows) < least:
            raise TrainingError(
                f"{place}, {part}: matches cut {len(windows)} windows, expected at least {least}; "
                "give more history, rules that match more often, or a smaller batch"
            )


def hourly(definition: TrainingDefinition, domains: Sequence[Given]) -> float | None:
    """Windows that matches cut in an hour of some domains; None where no trigger cuts."""
    if definition.window.trigger is None:
        return None
    cut = sum(len(each.cuts or ()) for given in domains for each in given.series)
    hours = sum(given.hours for given in domains)
    return cut / hours if hours else None


def triggered_by(definition: TrainingDefinition) -> str:
    """What cut the windows, in words, for a threshold's card; nothing without a trigger."""
    trigger = definition.window.trigger
    if trigger is None:
        return ""
    of = f" of {', '.join(trigger.rules)}" if trigger.rules else ""
    return f", cut at matches{of} in {trigger.pipeline.name}"


def left_out(
    definition: TrainingDefinition, given: Given, kept: Sequence[Unlabelled], labelled: bool
) -> dict[str, int]:
    """How many windows that matches have cut are in no part, by reason.

    Args:
        definition: how windows are labelled.
        given: the domain.
        kept: its windows, by part.
        labelled: whether those without a label are left out.
    """
    cut = Windows.join([cut_at_matches(each, definition.window.label) for each in given.series])
    unknown = int(np.sum(cut.labels == UNKNOWN)) if labelled else 0
    across = len(cut) - unknown - sum(len(each) for each in kept)
    return {"without_label": unknown, "across_parts": across}
