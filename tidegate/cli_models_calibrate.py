"""`tidegate models calibrate`: numbers of more machines for a model, as a new version of it."""

from __future__ import annotations

import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tidegate.cli_models_registry import Root, open_registry
from tidegate.errors import OptionError
from tidegate.mistakes import in_one_line


class Unit(StrEnum):
    """Unit of times that are numbers, or text."""

    S = "s"
    MS = "ms"
    US = "us"
    NS = "ns"
    TEXT = "text"


def calibrate(
    name: Annotated[str, typer.Argument(help="Name of the model.")],
    version: Annotated[str, typer.Argument(help="Of it, or current. It is not changed.")],
    domain: Annotated[
        list[str],
        typer.Option(
            metavar="KEY=FILES",
            help="Rows of a machine's normal behaviour: CSV or Parquet files by pattern, or a YAML "
            "file with files or table as a training file has them. Repeat for more machines.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder to write: NAME/VERSION. Else the next version.")
    ] = None,
    time: Annotated[str | None, typer.Option(help="Column of the time.")] = None,
    unit: Annotated[Unit, typer.Option(help="Of a time in numbers.")] = Unit.MS,
    normal_rows: Annotated[
        int, typer.Option(min=0, help="Only so many rows at the start of each file are normal.")
    ] = 0,
    pipeline: Annotated[
        Path | None, typer.Option(help="Whose matches cut windows, for a model behind a pattern.")
    ] = None,
    registry: Root = None,
) -> None:
    """Add machines to a model that serves many, as a new version: a row of numbers for each key.

    The model was trained with `score: {domains: input}`. KEY is the key of the pipeline's window,
    as alerts show it. Needs the extra `train`.

    *Examples*

    `tidegate models calibrate pump 2 --domain "line_7=line_7/*.csv" --time ts`

    `tidegate models calibrate pump 2 --domain line_8=line_8.yaml --out build/pump/3`
    """
    from tidegate.registry import is_url

    opened = open_registry(registry)
    if out is None and is_url(opened.root):
        raise OptionError(
            f"registry {opened.root} is no folder here; name one with --out, then tidegate models "
            "publish it"
        )
    with in_one_line("calibrating"):
        from jobs.calibrate import Columns, calibrate_model, domains_of

        asked = domains_of(domain, Columns(time, unit.value, normal_rows))
        folder = opened.folder(name, version)
        target = out or Path(opened.root) / name / _next(opened.versions(name))
        command = shlex.join(["tidegate", *sys.argv[1:]])
        card = calibrate_model(folder, target, asked, command, pipeline, typer.echo)
    typer.echo(f"calibrated: {target}, {len(card.data['domains'])} keys")


def _next(versions: tuple[str, ...]) -> str:
    return str(max((int(each) for each in versions if each.isdecimal()), default=0) + 1)
