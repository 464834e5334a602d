"""Training by the method that a training file names, or by the one that `auto` finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.adaptation.method import Method
from models.adaptation.trainer import Epoch, Trained, Training, train
from models.training.build import (
    build_augmentation,
    build_method,
    build_network,
    build_training,
)
from models.training.definition import TrainingDefinition
from models.training.parts import Parts


@dataclass(frozen=True)
class Learnt:
    """A trained network, and for its card how it was found.

    Attributes:
        method: that trained it.
        settings: of the method.
        training: settings of the loop.
        trained: the network and its epochs.
        selection: what was chosen, by which criterion, among how many.
    """

    method: Method
    settings: Mapping[str, Any]
    training: Training
    trained: Trained
    selection: Mapping[str, Any]


def learn(
    definition: TrainingDefinition,
    parts: Parts,
    report: Callable[[Epoch], None] = lambda epoch: None,
    checkpoint: Path | None = None,
    **given: Any,
) -> Learnt:
    """Trains a network by one method.

    Args:
        definition: the training file's content.
        parts: the windows.
        report: is told of every epoch.
        checkpoint: file to write after every epoch and to go on from, or None.
        given: arguments of the method that are no settings.

    Raises:
        TrainingError: when the data or the settings cannot give a network.
    """
    ((_, settings),) = definition.method.items()
    training = build_training(definition)
    method = build_method(definition, parts, **given)
    network = build_network(definition, parts, method, training.seed)
    trained = train(
        method,
        network,
        parts.domains,
        training,
        build_augmentation(definition),
        report,
        checkpoint,
    )
    return Learnt(method, settings, training, trained, kept_epoch(trained, training))


def kept_epoch(trained: Trained, training: Training) -> dict[str, Any]:
    """Which epoch's weights a network has, for a card."""
    if not trained.history:
        return {}
    by = f"best {training.stop_by}" if training.stop_by else "the last one"
    return {"epoch_kept": trained.kept, "epoch_chosen_by": by}
