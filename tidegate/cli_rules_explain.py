"""`tidegate rules explain`: what rules match, in words and pictures."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tidegate.errors import OptionError


class Format(StrEnum):
    """Form of the explanation."""

    TEXT = "text"
    MERMAID = "mermaid"
    SVG = "svg"


def explain(
    file: Annotated[Path, typer.Argument(help="Rule file (YAML).")],
    rule: Annotated[
        list[str] | None, typer.Option(help="Only the rule of this id; repeat for several.")
    ] = None,
    format: Annotated[
        Format | None,
        typer.Option(help="text, mermaid or svg; without it by the name of the output."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="File to write to: .txt, .mmd or .svg.")
    ] = None,
) -> None:
    """Say in words what rules match, or draw their automata.

    The words end with what is legal but often not meant, such as a pattern without a time limit.

    *Examples*

    `tidegate rules explain rules/fraud.yaml`

    `tidegate rules explain rules/fraud.yaml --rule card_testing --format mermaid`

    `tidegate rules explain rules/fraud.yaml --output fraud.svg`
    """
    from tidegate.rules import load_rules, select

    chosen = select(load_rules(file), rule)
    match format or _by_name(output):
        case Format.TEXT:
            from tidegate.explain.words import explain

            text = "\n\n".join(explain(each) for each in chosen)
        case Format.MERMAID:
            from tidegate.explain.mermaid import mermaid

            text = "\n\n".join(mermaid(each) for each in chosen)
        case Format.SVG:
            from tidegate.explain.svg import svg

            text = svg(chosen)
    if output is None:
        typer.echo(text)
        return
    try:
        output.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise OptionError(f"--output {output}: {error.strerror}") from error
    typer.echo(f"rules explained: {len(chosen)} in {output}")


def _by_name(output: Path | None) -> Format:
    suffixes = {".svg": Format.SVG, ".mmd": Format.MERMAID, ".mermaid": Format.MERMAID}
    return Format.TEXT if output is None else suffixes.get(output.suffix.lower(), Format.TEXT)
