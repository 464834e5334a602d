"""Trains a model offline from a training file and writes its folder. Plain Python, no Flink."""

from __future__ import annotations

import shlex
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from models.errors import TrainingError
from models.training.definition import TrainingDefinition, read_training
from tidegate.errors import ModelError
from tidegate.mistakes import in_one_line
from tidegate.model_card import check_window, read_card

if TYPE_CHECKING:  # They bring torch, which --help can do without.
    from models.adaptation.trainer import Epoch
    from models.training.describe import Request

EXAMPLE = Path("training/cobot.yaml")

console = Console(stderr=True)


def run(request: Request, out: Path, checkpoint: Path, force: bool) -> Path:
    """Makes a model and moves it to its folder, where nothing is before all of it is done.

    Args:
        request: what to make.
        out: folder of the model.
        checkpoint: file, of `auto` a folder, that a killed training goes on from; removed when the
            model is there.
        force: whether a model that is there is replaced.

    Raises:
        ModelError: when the folder has a model already and `force` is false, or the exported
            graph differs from the network.
        TrainingError: when the data cannot give a model.
    """
    from models.card import CARD_FILE, MODEL_FILE
    from models.domain_table import DOMAINS_FILE
    from models.report.report import METRICS_FILE, REPORT_FILE
    from models.training.folder import WEIGHTS_FILE, make_folder

    if (out / MODEL_FILE).exists() and not force:
        raise ModelError(f"model {out}: exists; give another --out, or --force to replace it")
    trials, epochs = _steps(request.definition)
    if checkpoint.exists():
        console.print(f"going on from checkpoint {checkpoint}")
    with tempfile.TemporaryDirectory(prefix="tidegate-train-") as work, _progress() as progress:
        task = progress.add_task("training", total=trials * epochs, note="")

        def report(epoch: Epoch) -> None:
            note = ", ".join(f"{name} {loss:.4f}" for name, loss in epoch.losses.items())
            if epoch.value is not None:
                note += f", {request.definition.training['stop_by']} {epoch.value:.4f}"
            # Of a search, the epochs of all trials count.
            search = "auto" in request.definition.method
            step, done = (1, None) if search else (None, epoch.number)
            progress.update(task, advance=step, completed=done, note=note)
            if not console.is_terminal:  # A log has no bar that moves.
                console.print(f"epoch {epoch.number}: {note}")

        make_folder(request, Path(work), console.print, report, checkpoint)
        out.mkdir(parents=True, exist_ok=True)
        # The card last: a folder without one is refused everywhere.
        (out / CARD_FILE).unlink(missing_ok=True)
        others = [out / name for name in (WEIGHTS_FILE, METRICS_FILE, REPORT_FILE, DOMAINS_FILE)]
        for old in (*out.glob("model.*"), *others):
            old.unlink(missing_ok=True)
        for made in sorted(Path(work).iterdir(), key=lambda path: path.name == CARD_FILE):
            shutil.move(made, out / made.name)
    if checkpoint.is_dir():
        shutil.rmtree(checkpoint)
    checkpoint.unlink(missing_ok=True)
    return out


def main(
    file: Annotated[Path, typer.Argument(help="The training file.")] = EXAMPLE,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write: NAME/VERSION. Else registry/MODEL and the next one."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="In place of what the file says."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="The same seed gives the same file.")
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="Where a killed training goes on from. Else beside the folder."),
    ] = None,
    weights: Annotated[
        bool, typer.Option(help="Keep the weights too; the method continual goes on from them.")
    ] = False,
    report: Annotated[
        bool, typer.Option(help="Write report.html and metrics.json beside the model.")
    ] = True,
    reference: Annotated[
        Path | None, typer.Option(help="Model that the report sets beside it: source_only's.")
    ] = None,
    variants: Annotated[
        str | None,
        typer.Option(
            metavar="KIND,KIND", help="Smaller forms too: int8_dynamic, int8_static, fp16."
        ),
    ] = None,
    budget_ms: Annotated[
        float | None,
        typer.Option(min=0.001, help="Warn when one window takes longer here, 99th percentile."),
    ] = None,
    force: Annotated[bool, typer.Option(help="Replace a model that is there.")] = False,
) -> None:
    """Train a model as a training file says and write its folder: model, card and report.

    Example: `python -m jobs.train training/cobot.yaml --out registry/mine/1`

    With a smaller form: `python -m jobs.train --variants int8_static,fp16 --budget-ms 5`

    A small one, soon made: `python -m jobs.train --out build/try/1 --set training.epochs=2
    --set sources.0.generated.sessions=6 --set target.generated.sessions=6`
    """
    changes = [*(settings or []), *([] if seed is None else [f"training.seed={seed}"])]
    with in_one_line("training"):
        definition = read_training(file, changes)
        folder = out or _next(Path("registry") / definition.model)
        kept = checkpoint or folder.with_name(f".{folder.name}.checkpoint")
        asked = _Asked(weights, tuple(variants.split(",")) if variants else (), budget_ms)
        request = _request(file, definition, folder, changes, asked)
        if reference is not None:
            check_reference(reference, request)
        request = replace(request, report=report, reference=reference)
        found = run(request, folder, kept, force)
    typer.echo(f"{found}")


@dataclass(frozen=True)
class _Asked:
    """What is wanted beside the model, by the command line."""

    weights: bool
    variants: tuple[str, ...]
    budget_ms: float | None

    @property
    def options(self) -> list[str]:
        """As they were given."""
        return [
            *(["--weights"] if self.weights else []),
            *(["--variants", ",".join(self.variants)] if self.variants else []),
            *([] if self.budget_ms is None else ["--budget-ms", f"{self.budget_ms:g}"]),
        ]


def _request(
    file: Path, definition: TrainingDefinition, out: Path, changes: list[str], asked: _Asked
) -> Request:
    """Reads the samples and puts all together."""
    from jobs.history import read_domain
    from models.training.describe import Request

    window, base = definition.window, file.resolve().parent
    read = [read_domain(domain, window, base) for domain in definition.sources]
    target = None if definition.target is None else read_domain(definition.target, window, base)
    every = [*read, target] if target is not None else read
    names = [given.domain.name for given, _ in every]
    if len(set(names)) < len(names):
        raise TrainingError(f"domains are called {', '.join(names)}, expected another name each")
    # With every change written out, so that the card says all that is not in the file.
    options = [part for change in changes for part in ("--set", change)]
    parts = ["python", "-m", "jobs.train", str(file), "--out", str(out), *options, *asked.options]
    return Request(
        definition,
        [given for given, _ in read],
        None if target is None else target[0],
        {given.domain.name: origin for given, origin in every},
        out.resolve().parent.name,
        out.name,
        shlex.join(parts),
        _given(definition, base),
        asked.weights,
        variants=asked.variants,
        budget_ms=asked.budget_ms,
    )


def check_reference(folder: Path, request: Request) -> None:
    """Refuses a model that cannot stand beside the one to make.

    Raises:
        ModelError: when it takes other windows.
        EvaluationError: when it may have learnt from the test windows.
    """
    from jobs.labelled import check_held_out
    from models.card import Card

    window = request.definition.window
    check_window(read_card(folder), window.names, window.length, "the training file's window")
    check_held_out(Card.read(folder), request.definition, request.origins)


def _given(definition: TrainingDefinition, base: Path) -> dict[str, Any]:
    """What a method takes that is a file in its settings: the deployed model's weights."""
    ((name, settings),) = definition.method.items()
    if name != "continual" or "deployed" not in settings:
        return {}
    from models.checkpoint import load_weights
    from models.training.folder import WEIGHTS_FILE

    return {"deployed": load_weights(base / str(settings["deployed"]) / WEIGHTS_FILE)}


def _next(folder: Path) -> Path:
    """The next version's folder."""
    versions = [int(each.name) for each in folder.glob("*") if each.name.isdecimal()]
    return folder / str(max(versions, default=0) + 1)


def _steps(definition: TrainingDefinition) -> tuple[int, int]:
    """How many trainings there will be at most, and epochs of each.

    Raises:
        TrainingError: when the settings cannot be.
    """
    from models.training.automatic import Automatic
    from models.training.build import build_training
    from models.training.settings import make

    auto = definition.method.get("auto")
    trials = 1 if auto is None else make(Automatic, auto, "method.auto").trials
    return trials, build_training(definition).epochs


def _progress() -> Progress:
    """A bar on a terminal; a log gets a line an epoch in its place."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
        disable=not console.is_terminal,
    )


if __name__ == "__main__":
    typer.run(main)
