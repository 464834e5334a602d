"""How the cobot's model is made, from seed to folder: data, network, calibration, threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from models import evaluation, training
from models.card import MODEL_FILE, Card, Channel, Input, Output, Parity, Threshold, sha256_of
from models.domain import Split
from models.export import export
from models.generator import CHANNELS, SOURCE, TARGET, UNITS
from models.generator.channels import TEMPERATURE
from models.networks.detector import Calibration, Detector, ScoringGraph, Widths
from models.normaliser import Normaliser
from models.runtime import CPU, Session
from models.versions import versions
from models.windows import Windows
from models.windows.checks import check_windows

LENGTH = 32
INTERVAL_SECONDS = 1.0
STRIDE = 4
ALPHA = 0.7
PERCENTILE = 95.0
MEASURED = ("source_validation", "source_test", "target_test")


@dataclass(frozen=True)
class Recipe:
    """What the model depends on; together with the code and the machine it gives the same file.

    Attributes:
        name: of the model.
        version: of the model.
        command: command line that makes it, for the card.
        seed: of everything random.
        epochs: passes over the source windows.
        convolutions: widths of the three convolutions.
        hidden: width of the LSTM, each direction.
        latent: width of the latent vector.
        sessions: source sessions to train on; validation and tests have a third of them, plus one.
        minutes: length of a session.
        threads: of torch; another number may round differently.
    """

    name: str
    version: str
    command: str
    seed: int
    epochs: int
    convolutions: tuple[int, int, int]
    hidden: int
    latent: int
    sessions: int
    minutes: int
    threads: int

    @property
    def widths(self) -> Widths:
        """Sizes of the network's layers."""
        return Widths(
            self.convolutions,
            hidden=self.hidden,
            latent=self.latent,
            classifier=min(64, self.latent),
        )

    def splits(self) -> dict[str, Split]:
        """Sessions by what they are for; no session is in two of them."""
        first, part = self.seed * 100_000, self.sessions // 3 + 1
        return {
            "source_training": Split(SOURCE, first, self.sessions, self.minutes),
            "source_validation": Split(SOURCE, first + 10_000, part, self.minutes),
            "source_test": Split(SOURCE, first + 20_000, part, self.minutes),
            "target_test": Split(TARGET, first + 30_000, part, self.minutes),
        }


def make(recipe: Recipe, folder: Path, say: Callable[[str], None], report: training.Report) -> Card:
    """Writes `model.onnx` and `card.json` into a folder.

    Args:
        recipe: what to make.
        folder: an existing folder.
        say: is told a line at every step.
        report: is told of every epoch of the training.

    Raises:
        TrainingError: when the data cannot give a model.
        ParityError: when the exported graph differs from the network.
    """
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    torch.use_deterministic_algorithms(True)

    windows = {}
    for name, split in recipe.splits().items():
        windows[name] = split.windows(LENGTH, STRIDE)
        check_windows(windows[name], 1, name)
        say(f"{name}: {len(windows[name])} windows, prevalence {windows[name].prevalence:.3f}")
    source, validation = windows["source_training"], windows["source_validation"]

    normaliser = Normaliser.fit(source.normal, CHANNELS, CHANNELS[TEMPERATURE])
    detector = Detector(len(CHANNELS), LENGTH, normaliser, recipe.widths)
    schedule = training.Schedule(epochs=recipe.epochs, seed=recipe.seed)
    kept = training.train(detector, source, validation, schedule, report)

    _, squares = training.outputs_of(detector, validation.normal)
    calibration = training.calibrate(np.sqrt(squares))
    graph = ScoringGraph(detector, calibration, ALPHA)
    parity = export(graph, folder / MODEL_FILE, CHANNELS, windows["source_test"].values)
    size = sum(parameter.numel() for parameter in detector.parameters())
    card = _card(recipe, folder, windows, kept, calibration, parity, size)
    card.write(folder)
    for name, found in card.metrics.items():
        say(
            f"{name}: AUROC {found.auroc:.3f}, AUPRC {found.auprc:.3f} at prevalence "
            f"{found.prevalence:.3f}; at the threshold recall {found.recall:.3f}, false positives "
            f"{found.false_positive_rate:.3f}"
        )
    return card


def _card(
    recipe: Recipe,
    folder: Path,
    windows: dict[str, Windows],
    epoch: int,
    calibration: Calibration,
    parity: Parity,
    size: int,
) -> Card:
    # Threshold and metrics come from the file that will stream, not from the network.
    session = Session(folder / MODEL_FILE, [CPU])
    normal = windows["source_validation"].normal
    threshold = evaluation.threshold_at(session.run(normal)[:, 0], PERCENTILE)
    scores = {name: session.run(windows[name].values)[:, 0] for name in MEASURED}
    channels = tuple(Channel(name=n, unit=u) for n, u in zip(CHANNELS, UNITS, strict=True))
    return Card(
        name=recipe.name,
        version=recipe.version,
        sha256=sha256_of(folder / MODEL_FILE),
        inputs=(
            Input(
                name="window", channels=channels, length=LENGTH, interval_seconds=INTERVAL_SECONDS
            ),
        ),
        outputs=(
            Output(name="score", meaning="0 to 1, larger is more anomalous"),
            Output(name="probability", meaning="the classifier's, 0 to 1"),
            Output(
                name="reconstruction_error",
                meaning="root mean square over the window, in deviations",
            ),
        ),
        normaliser="inside the graph; mean and deviation a channel, of normal source windows; "
        "temperatures relative to their mean in the window",
        score=f"{ALPHA} * probability + {1 - ALPHA:.1f} * sigmoid((ln reconstruction_error - "
        f"{calibration.centre:.4f}) / {calibration.scale:.4f}); the sigmoid is 0.05 at the median "
        "and 0.5 at the 99th percentile of normal source validation windows",
        threshold=Threshold(
            value=threshold,
            chosen_by=f"percentile {PERCENTILE:g} of the scores of {len(normal)} normal source "
            "validation windows",
        ),
        network={**recipe.widths.describe(), "parameters": size},
        metrics={
            name: evaluation.measure(found, windows[name].anomalous, threshold)
            for name, found in scores.items()
        },
        data={
            "kind": "generated (models.generator), no recorded robot in it",
            "window": {"length": LENGTH, "stride": STRIDE, "label": "any anomalous point"},
            "splits": {
                name: split.describe(windows[name]) for name, split in recipe.splits().items()
            },
            "epoch_kept": epoch,
            "epoch_chosen_by": "AUPRC on source_validation",
            "target_labels": "used for the metrics of target_test alone; no adaptation was done",
        },
        parity=parity,
        command=recipe.command,
        seed=recipe.seed,
        made_with=versions("torch", "onnx", "numpy", "scikit-learn"),
    )
