"""Trains the cobot's detector offline and writes its model folder. Plain Python, no Flink."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tidegate.errors import ModelError, TidegateError

if TYPE_CHECKING:  # It brings torch, which --help can do without.
    from models.recipe import Recipe

console = Console(stderr=True)


def run(recipe: Recipe, out: Path, force: bool) -> Path:
    """Makes a model and moves it to its folder, where nothing is before all of it is done.

    Raises:
        ModelError: when the folder has a model already and `force` is false, or the exported
            graph differs from the network.
        TrainingError: when the data cannot give a model.
    """
    from models.card import CARD_FILE, MODEL_FILE
    from models.recipe import make

    if (out / MODEL_FILE).exists() and not force:
        raise ModelError(f"model {out}: exists; give another --out, or --force to replace it")
    with tempfile.TemporaryDirectory(prefix="tidegate-train-") as work, _progress() as progress:
        task = progress.add_task("training", total=recipe.epochs, note="")

        def report(epoch: int, loss: float, quality: float) -> None:
            note = f"loss {loss:.4f}, validation AUPRC {quality:.4f}"
            progress.update(task, completed=epoch, note=note)
            if not console.is_terminal:  # A log has no bar that moves.
                console.print(f"epoch {epoch} of {recipe.epochs}: {note}")

        make(recipe, Path(work), console.print, report)
        out.mkdir(parents=True, exist_ok=True)
        # The card last: a folder without one is refused everywhere.
        (out / CARD_FILE).unlink(missing_ok=True)
        for name in (MODEL_FILE, CARD_FILE):
            shutil.move(Path(work) / name, out / name)
    return out


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

    Example: `python -m jobs.train --out registry/mine/1`

    A small one, soon made: `python -m jobs.train --out build/try/1 --epochs 2 --sessions 6
    --convolutions 8,16,32 --hidden 32 --latent 32`
    """
    widths = _three(convolutions)
    try:
        try:
            from models.recipe import Recipe
        except ModuleNotFoundError as error:
            raise ModelError(
                f"training needs the package {error.name}; install the extra: uv sync --extra train"
            ) from error
        recipe = Recipe(
            name=out.resolve().parent.name,
            version=out.name,
            command=_command(
                out=out,
                seed=seed,
                epochs=epochs,
                convolutions=convolutions,
                hidden=hidden,
                latent=latent,
                sessions=sessions,
                minutes=minutes,
                threads=threads,
            ),
            seed=seed,
            epochs=epochs,
            convolutions=widths,
            hidden=hidden,
            latent=latent,
            sessions=sessions,
            minutes=minutes,
            threads=threads,
        )
        folder = run(recipe, out, force)
    except TidegateError as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    typer.echo(f"{folder}")


def _command(**values: object) -> str:
    """The command line with every value written out, so that a new default changes nothing."""
    parts = [part for key, value in values.items() for part in (f"--{key}", str(value))]
    return shlex.join(["python", "-m", "jobs.train", *parts])


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
    )


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


if __name__ == "__main__":
    typer.run(main)
