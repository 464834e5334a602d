"""Numbers of a machine for a graph that takes them, from rows of its normal behaviour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.adaptation.own_normal import OwnNormal
from models.card import Card
from models.domain_table import DomainTable, Floats
from models.errors import CardError, TrainingError
from models.preprocessing.preprocessing import Preprocessing
from models.training.build import build_features
from models.training.definition import WindowDefinition
from models.training.given import Given
from models.training.parts import cut_series
from models.training.settings import make
from models.windows import NORMAL, Windows
from models.windows.checks import check_series

# Rows that windows hold, in windows: a mean over fewer says more about the hour than the machine.
FEWEST = 10


@dataclass(frozen=True)
class Calibrated:
    """Numbers of one domain.

    Attributes:
        numbers: float32 [parameters].
        windows: how many they are of.
        rows: how many rows those windows hold.
    """

    numbers: Floats
    windows: int
    rows: int


def window_of(card: Card) -> WindowDefinition:
    """What a window of a model is, as its training's file said.

    Raises:
        CardError: when the card does not say it.
    """
    if "window" not in card.data:
        raise CardError(
            f"model {card.name} {card.version}: its card does not say what a window is; "
            "make the model with jobs/train.py"
        )
    stated = dict(card.data["window"])
    if stated.get("trigger") is not None:
        stated.pop("stride", None)
    channels = {channel.name: channel.unit for channel in card.window.channels}
    return WindowDefinition.model_validate({"channels": channels, **stated})


def calibrate(card: Card, table: DomainTable, window: WindowDefinition, given: Given) -> Calibrated:
    """The numbers of a domain, estimated as those of the training's domains were.

    Args:
        card: of the model.
        table: its numbers.
        window: what a window is, see `window_of`.
        given: rows of normal behaviour; of a domain with `normal_rows` those at the start of each
            series, of one with a label column the windows that it calls normal.

    Raises:
        TrainingError: too few rows, a value that is not finite, a constant channel.
        CardError: when the model's numbers are others than this version's.
    """
    place, domain = f"domain {given.domain.name}", given.domain
    series = given.series
    if domain.normal_rows:
        series = [each.part(0, domain.normal_rows) for each in series]
    check_series(series, window.names, place)
    windows = cut_series(series, window)
    if any(each.labels is not None for each in series):
        windows = windows.take(windows.labels == NORMAL)
    rows = _rows(windows)
    if rows < FEWEST * window.length:
        raise TrainingError(
            f"{place}: {len(windows)} normal windows that hold {rows} rows, expected at least "
            f"{FEWEST * window.length} rows ({FEWEST} windows); give more rows of its normal "
            "behaviour"
        )
    layers = _preprocessing(card, window)
    if layers.numbers != table.parameters:
        raise CardError(
            f"model {card.name} {card.version}: its numbers are {', '.join(table.parameters)}, "
            f"this version makes {', '.join(layers.numbers)}; train the model again"
        )
    try:
        numbers = layers.estimate(windows.values, windows.values)
    except TrainingError as error:
        raise TrainingError(f"{place}: {error}") from error
    if window.deviations == "source":
        size = len(layers.names)
        numbers = np.concatenate([numbers[:-size], table.default[-size:]])
    return Calibrated(numbers, len(windows), rows)


def _preprocessing(card: Card, window: WindowDefinition) -> Preprocessing:
    settings = dict(card.method)
    if settings.pop("name", None) == OwnNormal.name:
        method = make(OwnNormal, settings, f"method.{OwnNormal.name}")
        return method.preprocessing(window.names, window.hidden)
    return Preprocessing(window.names, build_features(window), window.relative, window.hidden)


def _rows(windows: Windows) -> int:
    """How many rows windows hold, each counted once."""
    held: set[tuple[int, int]] = set()
    for group, first, last in zip(windows.groups, windows.first, windows.last, strict=True):
        held.update((int(group), row) for row in range(int(first), int(last) + 1))
    return len(held)
