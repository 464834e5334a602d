"""`python -m models.report.pictures REPORT`: the figures of a report as files."""

from __future__ import annotations

import base64
import re
from html import unescape
from pathlib import Path
from typing import Annotated

import typer

from tidegate.errors import FileFormatError
from tidegate.mistakes import in_one_line

IMAGE = re.compile(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)">')


def extract(report: Path, folder: Path) -> list[Path]:
    """Writes every figure of a report as an SVG file named by its title.

    Args:
        report: a `report.html`.
        folder: to write into; made where it is missing.

    Returns:
        The files.

    Raises:
        FileFormatError: when there is no such file, or no figure in it.
    """
    try:
        text = report.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileFormatError(f"{report}: cannot be read as a report: {error}") from error
    found = IMAGE.findall(text)
    if not found:
        raise FileFormatError(f"{report}: no figures; give a report.html of jobs.evaluate")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for content, title in found:
        path = folder / f"{re.sub(r'[^a-z0-9]+', '-', unescape(title).lower())}.svg"
        path.write_bytes(base64.b64decode(content))
        written.append(path)
    return written


def main(
    report: Annotated[Path, typer.Argument(help="A report.html.")],
    out: Annotated[Path, typer.Option(help="Folder to write into.")] = Path("build/pictures"),
) -> None:
    """Write the figures of a report as SVG files.

    Example: `python -m models.report.pictures registry/pump/2/report.html --out build/pictures`
    """
    with in_one_line():
        for path in extract(report, out):
            typer.echo(f"{path}")


if __name__ == "__main__":
    typer.run(main)
