"""Trains the cobot's detector offline and writes its model folder. Plain Python, no Flink."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tidegate.errors import ModelError, TidegateError

LENGTH = 32
INTERVAL = 1.0
ALPHA = 0.7
PERCENTILE = 95.0
STRIDE = 4

console = Console(stderr=True)


@dataclass(frozen=True)
class Arguments:
    """What a run depends on; together with the code it gives the same folder again."""

    out: Path
    seed: int
    epochs: int
    convolutions: tuple[int, int, int]
    hidden: int
    latent: int
    sessions: int
    minutes: int
    threads: int

    def command(self) -> str:
        """The command line that makes this folder, every value written out."""
        values = {
            "out": self.out,
            "seed": self.seed,
            "epochs": self.epochs,
            "convolutions": ",".join(map(str, self.convolutions)),
            "hidden": self.hidden,
            "latent": self.latent,
            "sessions": self.sessions,
            "minutes": self.minutes,
            "threads": self.threads,
        }
        parts = [part for key, value in values.items() for part in (f"--{key}", str(value))]
        return shlex.join(["python", "-m", "jobs.train", *parts])


def run(arguments: Arguments, force: bool) -> Path:
    """Trains, exports, checks and writes `model.onnx` and `card.json`; returns the folder.

    Nothing is in the folder before all of it is done.

    Raises:
        ModelError: when the folder has a model already and `force` is false, or the exported
            graph differs from the network.
        TrainingError: when the data cannot give a model.
    """
    out = arguments.out
    if (out / "model.onnx").exists() and not force:
        raise ModelError(f"model {out}: exists; give another --out, or --force to replace it")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as work:
        folder = Path(work)
        _make(arguments, folder)
        out.mkdir(exist_ok=True)
        # The card last: a folder without one is refused everywhere.
        (out / "card.json").unlink(missing_ok=True)
        for name in ("model.onnx", "card.json"):
            shutil.move(folder / name, out / name)
    return out


def _make(arguments: Arguments, folder: Path) -> None:
    # Imported here so that --help answers at once.
    import torch

    from models import evaluation, training
    from models.card import MODEL_FILE, Card, Channel, Input, Output, Threshold, sha256_of
    from models.domain import Split
    from models.export import export
    from models.generator import CHANNELS, SOURCE, TARGET, UNITS
    from models.networks.detector import Detector, ScoringGraph, Widths
    from models.normaliser import Normaliser
    from models.runtime import CPU, Session

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    torch.use_deterministic_algorithms(True)

    base, sessions, part = arguments.seed * 100_000, arguments.sessions, arguments.sessions // 3 + 1
    splits = {
        "source_training": Split(SOURCE, base, sessions, arguments.minutes),
        "source_validation": Split(SOURCE, base + 10_000, part, arguments.minutes),
        "source_test": Split(SOURCE, base + 20_000, part, arguments.minutes),
        "target_test": Split(TARGET, base + 30_000, part, arguments.minutes),
    }
    windows = {}
    for name, split in splits.items():
        windows[name] = split.windows(LENGTH, STRIDE)
        training.check_windows(windows[name], 1, name)
        console.print(
            f"{name}: {len(windows[name])} windows, prevalence {windows[name].prevalence:.3f}"
        )
    source, validation = windows["source_training"], windows["source_validation"]

    widths = Widths(
        convolutions=arguments.convolutions,
        hidden=arguments.hidden,
        latent=arguments.latent,
        classifier=min(64, arguments.latent),
    )
    normaliser = Normaliser.fit(source.normal, CHANNELS)
    detector = Detector(len(CHANNELS), LENGTH, normaliser, widths)
    schedule = training.Schedule(epochs=arguments.epochs, seed=arguments.seed)
    with _progress() as progress:
        task = progress.add_task("training", total=schedule.epochs, note="")

        def report(epoch: int, loss: float, quality: float) -> None:
            progress.update(
                task, completed=epoch, note=f"loss {loss:.4f}, validation AUPRC {quality:.4f}"
            )

        kept = training.train(detector, source, validation, schedule, report)

    _, errors = training.outputs_of(detector, validation.normal)
    calibration = training.calibrate(errors)
    graph = ScoringGraph(detector, calibration, ALPHA)
    path = folder / MODEL_FILE
    parity = export(graph, path, CHANNELS, windows["source_test"].values)

    # Threshold and metrics come from the file that will stream, not from the network.
    session = Session(path, [CPU])
    threshold = evaluation.threshold_at(session.run(validation.normal)[:, 0], PERCENTILE)
    metrics = {
        name: evaluation.measure(
            session.run(windows[name].values)[:, 0], windows[name].labels, threshold
        )
        for name in ("source_validation", "source_test", "target_test")
    }
    for name, measured in metrics.items():
        console.print(
            f"{name}: AUROC {measured.auroc:.3f}, AUPRC {measured.auprc:.3f} at prevalence "
            f"{measured.prevalence:.3f}, FPR {measured.false_positive_rate:.3f}"
        )
    Card(
        name=arguments.out.parent.name,
        version=arguments.out.name,
        sha256=sha256_of(path),
        inputs=(
            Input(
                name="window",
                channels=tuple(
                    Channel(name=name, unit=unit)
                    for name, unit in zip(CHANNELS, UNITS, strict=True)
                ),
                length=LENGTH,
                interval_seconds=INTERVAL,
            ),
        ),
        outputs=(
            Output(name="score", meaning="0 to 1, larger is more anomalous"),
            Output(name="probability", meaning="the classifier's, 0 to 1"),
            Output(name="reconstruction_error", meaning="mean square, in deviations, 0 up"),
        ),
        normaliser="inside the graph; mean and deviation a channel, of normal source windows",
        score=(
            f"{ALPHA} * probability + {1 - ALPHA:.1f} * sigmoid((ln reconstruction_error - "
            f"{calibration.centre:.4f}) / {calibration.scale:.4f}); the sigmoid is 0.05 at the "
            "median and 0.5 at the 99th percentile of normal source validation windows"
        ),
        threshold=Threshold(
            value=threshold,
            chosen_by=f"percentile {PERCENTILE:g} of the scores of "
            f"{len(validation.normal)} normal source validation windows",
        ),
        network={**widths.describe(), "parameters": _size(detector), "note": _note(widths)},
        metrics=metrics,
        data={
            "kind": "generated (models.generator), no recorded robot in it",
            "window": {"length": LENGTH, "stride": STRIDE, "label": "any anomalous point"},
            "splits": {name: split.describe(windows[name]) for name, split in splits.items()},
            "epoch_kept": kept,
            "epoch_chosen_by": "AUPRC on source_validation",
            "target_labels": "used for the metrics of target_test alone; no adaptation was done",
        },
        parity=parity,
        command=arguments.command(),
        seed=arguments.seed,
        made_with=_versions(),
    ).write(folder)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
    )


def _size(detector: Any) -> int:
    return sum(parameter.numel() for parameter in detector.parameters())


def _note(widths: Any) -> str:
    if (widths.convolutions, widths.hidden, widths.latent) == ((32, 64, 128), 128, 128):
        return "the full widths"
    return "narrower than the full widths (32, 64, 128; 128; 128), so that the file stays small"


def _versions() -> dict[str, str]:
    import importlib.metadata
    import platform

    packages = ("torch", "onnx", "numpy", "scikit-learn")
    return {
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in packages},
    }


def _three(text: str) -> tuple[int, int, int]:
    try:
        first, second, third = (int(part) for part in text.split(","))
    except ValueError as error:
        raise typer.BadParameter(
            f"found {text!r}, expected three numbers as in 16,32,64"
        ) from error
    if min(first, second, third) < 1:
        raise typer.BadParameter(f"found {text!r}, expected numbers of 1 or more")
    return first, second, third


def main(
    out: Annotated[Path, typer.Option(help="Folder to write: NAME/VERSION.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same file.")] = 7,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the source windows.")] = 12,
    convolutions: Annotated[str, typer.Option(help="Widths of the three.")] = "32,64,128",
    hidden: Annotated[int, typer.Option(min=1, help="Width of the LSTM, each way.")] = 128,
    latent: Annotated[int, typer.Option(min=2, help="Width of the latent vector.")] = 128,
    sessions: Annotated[int, typer.Option(min=1, help="Source sessions to train on.")] = 24,
    minutes: Annotated[int, typer.Option(min=10, help="Length of a session.")] = 60,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads; part of the result.")] = 1,
    force: Annotated[bool, typer.Option(help="Replace a model that is there.")] = False,
) -> None:
    """Train the cobot's detector on generated sessions and write its model folder.

    Trains on labelled windows of one brand (source), measures on another (target), exports one
    ONNX graph, compares it with the network, and writes model.onnx and card.json.

    Examples:
    `python -m jobs.train --out registry/mine/1`

    `python -m jobs.train --out /tmp/try/1 --epochs 2 --sessions 6 --convolutions 8,16,32
    --hidden 32 --latent 32`
    """
    arguments = Arguments(
        out, seed, epochs, _three(convolutions), hidden, latent, sessions, minutes, threads
    )
    try:
        folder = run(arguments, force)
    except TidegateError as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    typer.echo(f"{folder}")


if __name__ == "__main__":
    typer.run(main)
