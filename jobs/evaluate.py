"""Measures a model folder on labelled windows and writes a report. Plain Python, no Flink."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from models.errors import EvaluationError
from models.training.definition import TrainingDefinition, read_training
from tidegate.errors import OptionError
from tidegate.mistakes import in_one_line

if TYPE_CHECKING:  # They bring scikit-learn and ONNX Runtime, which --help can do without.
    from models.card import Card
    from models.metrics.table import Asked
    from models.report.scored import Scored
    from models.scorer import Scorer
    from models.windows import Floats, Windows

FOREIGN = (
    "The file normalises as the target's, for which it is exported; the network that was trained "
    "normalised these windows as their own domain's. The training's report has those figures."
)


@dataclass(frozen=True)
class Model:
    """A model folder that is measured.

    Attributes:
        card: all of it.
        scorer: of the file that streams.
        variant: which form of the graph that is; None: the whole one.
    """

    card: Card
    scorer: Scorer
    variant: str | None = None

    @property
    def name(self) -> str:
        """For tables."""
        whole = f"{self.card.name} {self.card.version}"
        return whole if self.variant is None else f"{whole} {self.variant}"

    @staticmethod
    def read(folder: Path, definition: TrainingDefinition, variant: str | None = None) -> Model:
        """Reads a folder and checks that it takes the windows of a training file.

        Raises:
            ModelError: when a file is missing, altered, or takes other windows, or the folder has
                no such variant.
        """
        from models.card import Card
        from models.scorer import Scorer
        from tidegate.model_card import check_window, read_card

        window = definition.window
        found = read_card(folder, variant)
        check_window(found, window.names, window.length, "the training file's window")
        return Model(Card.read(folder), Scorer(folder, variant=variant), variant)


def run(
    models: Sequence[Model],
    windows: Mapping[str, Windows],
    keys: Mapping[str, str],
    definition: TrainingDefinition,
    asked: Asked,
    out: Path,
    command: str,
) -> None:
    """Scores windows with the file that streams and writes the report.

    Args:
        models: the one to measure; then, where there is one, its reference.
        windows: by the part's name.
        keys: of the parts, whose numbers a model with numbers of keys scores them by.
        definition: the training file's content.
        asked: how is measured.
        out: folder to write into.
        command: that makes the report again.

    Raises:
        EvaluationError: when there is no window, a score is NaN, or a model calls windows of such
            a key invalid.
    """
    from models.report.asked import intended
    from models.report.report import write_report

    parts = []
    for part, each in windows.items():
        if not len(each):
            raise EvaluationError(f"{part}: no window; every series is shorter than one")
        parts.append(_scored(part, each, models, keys.get(part, part)))
    names = [model.name for model in models]
    reference = names[-1] if names[-1] != names[0] else "reference"
    out.mkdir(parents=True, exist_ok=True)
    tables = write_report(
        out,
        models[0].card,
        parts,
        asked,
        intended(definition.score),
        reference,
        command,
        models[0].variant,
    )
    for table in tables:
        first = table.rows[0]
        typer.echo(
            f"{table.part}: {table.windows} windows, prevalence {table.prevalence:.3f}, AUROC "
            f"{first.auroc:.3f}, AUPRC {first.auprc:.3f}, F1 {first.at.f1:.3f}, FPR "
            f"{first.at.false_positive_rate:.3f}"
        )


def main(
    model: Annotated[Path, typer.Argument(help="Folder of the model: model.onnx and card.json.")],
    file: Annotated[
        Path, typer.Argument(help="The training file: its window, columns and test windows.")
    ],
    data: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILES",
            help="Labelled files in place of the training file's test windows; again for more.",
        ),
    ] = None,
    label: Annotated[
        str | None, typer.Option(help="Column of the labels in --data, where it is another.")
    ] = None,
    reference: Annotated[
        Path | None, typer.Option(help="Model to stand beside this one, such as source_only's.")
    ] = None,
    variant: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help="A smaller form of the model, such as int8_static, beside the whole one.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write. Else build/evaluation/NAME/VERSION.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="In place of what the file says."),
    ] = None,
    k: Annotated[
        int | None, typer.Option(min=1, help="Of precision@k. Else as many as are anomalous.")
    ] = None,
    alarms: Annotated[
        list[float] | None,
        typer.Option(help="False alarms an hour at which events are counted. Else 1 and 6."),
    ] = None,
    draws: Annotated[int, typer.Option(min=0, help="Of the bootstrap; 0: no intervals.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap and the random score.")] = 0,
) -> None:
    """Measure a model on labelled windows: writes report.html and metrics.json.

    The file that streams is scored, by ONNX Runtime.

    On the test windows of its training: `python -m jobs.evaluate registry/pump/2 pump.yaml`

    Beside a model without adaptation: `python -m jobs.evaluate registry/pump/2 pump.yaml
    --reference registry/pump/1`

    A smaller form beside its whole: `python -m jobs.evaluate registry/pump/2 pump.yaml
    --variant int8_static`

    On new files: `python -m jobs.evaluate registry/pump/2 pump.yaml --data "july=july/*.csv"`

    A model with numbers of keys scores files by those of the key NAME, else by the default's.
    """
    with in_one_line("evaluating"):
        from jobs.labelled import given_windows, held_out
        from models.report.asked import asked_of
        from models.training.parts import domains_of_tests

        definition = read_training(file, settings or [])
        rates = tuple(alarms or (1.0, 6.0))
        if any(rate <= 0 for rate in rates):
            raise OptionError(f"--alarms {min(rates):g}: expected numbers above 0")
        models = [Model.read(model, definition, variant)]
        other = reference or (model if variant else None)
        models += [Model.read(other, definition)] if other is not None else []
        cards = [each.card for each in models]
        base = file.resolve().parent
        windows = (
            given_windows(definition, cards, data, label, base)
            if data
            else held_out(definition, cards, base)
        )
        card = cards[0]
        folder = out or Path("build", "evaluation", card.name, card.version, variant or "")
        asked = asked_of(definition.window, k, rates, draws, seed)
        command = shlex.join(["python", "-m", "jobs.evaluate", *sys.argv[1:]])
        keys = {} if data else domains_of_tests(definition)
        run(models, windows, keys, definition, asked, folder, command)
    typer.echo(f"{folder / 'report.html'}")


def _scored(part: str, windows: Windows, models: Sequence[Model], key: str) -> Scored:
    """What the models say of windows; the last of two is the reference."""
    from models.report.scored import Before, Scored, keys_of

    for each in models:
        _check_key(each, key, part)
    model = models[0]
    keys = keys_of(model.scorer, key, len(windows))
    outputs = _outputs(model, windows, keys)
    before = Before.of(models[1].scorer, windows, key) if len(models) > 1 else None
    own = part.startswith("source") and "each domain's own" in model.card.normaliser and not keys
    return Scored(
        part,
        windows,
        outputs["score"].astype(np.float64),
        outputs.get("reconstruction_error"),
        model.scorer.embedding(windows.values, keys),
        FOREIGN if own else "",
        before,
    )


def _check_key(model: Model, key: str, part: str) -> None:
    """Says by whose numbers windows are scored where the model has none of their key.

    Raises:
        EvaluationError: when the model calls such windows invalid.
    """
    card, domains = model.card, model.scorer.domains
    if domains is None or card.domain is None or key in domains.rows:
        return
    name = model.name
    if card.domain.unknown == "invalid":
        raise EvaluationError(
            f"{part}: model {name} has no numbers of {key} and calls its windows invalid; name one "
            f"of {', '.join(domains.rows)}, or add it with tidegate models calibrate"
        )
    typer.echo(f"{part}: {name} has no numbers of {key}; scored by the default's")


def _outputs(model: Model, windows: Windows, keys: list[str] | None) -> dict[str, Floats]:
    columns = model.scorer.score_windows(windows.values, keys).T
    return dict(zip(model.scorer.outputs, columns, strict=True))


if __name__ == "__main__":
    typer.run(main)
