"""`tidegate demo`: the whole idea on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    data: Annotated[
        Path | None,
        typer.Option(help="CSV of a real session instead of a generated one."),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the stack and the job running at the end.")
    ] = False,
    robots: Annotated[int, typer.Option(min=1, help="Robots of the generated session.")] = 4,
    minutes: Annotated[int, typer.Option(min=5, help="Length of the generated session.")] = 30,
    seed: Annotated[int, typer.Option(help="Seed of the generated session.")] = 7,
    speed: Annotated[
        float, typer.Option(min=0.1, help="Seconds of event time replayed a second.")
    ] = 60.0,
) -> None:
    """Start a broker and a cluster, run the main job on a cobot session, show what came out.

    *Examples*

    `tidegate demo`

    `tidegate demo --data session.csv --keep`
    """
    from rich.console import Console

    from tidegate.demo import session as sessions
    from tidegate.demo.run import FOLDER, Demo

    FOLDER.mkdir(parents=True, exist_ok=True)
    session = (
        sessions.from_file(data) if data else sessions.generated(FOLDER, robots, minutes, seed)
    )
    Demo(Console(highlight=False), speed, keep).run(session)
