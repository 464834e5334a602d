"""Tables of figures as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.report import machine
from models.versions import commit


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table, without a line break at its end."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Mean and standard deviation of some seeds; of one seed the value alone."""
    if len(values) == 1:
        return f"{values[0]:.{digits}f}"
    return f"{np.mean(values):.{digits}f} ± {np.std(values, ddof=1):.{digits}f}"


def finish(text: str, out: Path) -> None:
    """Prints tables with where they were made, and writes them to a file."""
    about = machine()
    origin = f"{about['cores']} cores of {about['cpu']}; commit {commit()[:12]}"
    whole = f"{text}\n\nMeasured on {origin}.\n"
    print(whole, end="")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(whole)
