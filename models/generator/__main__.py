"""Writes a generated session of several robots as CSV, in the columns of the cobot's schema."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from models.generator import CHANNELS, SOURCE, TARGET, Session, make_session

BRANDS = {brand.name: brand for brand in (SOURCE, TARGET)}
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
COLUMNS = ("robot_id", "ts", *CHANNELS, "cycle", "protective_stop", "grip_lost")


def make_fleet(robots: int, minutes: float, seed: int, brand: str) -> dict[str, Session]:
    """Sessions of a fleet of one brand, by robot id; each robot has faults of its own."""
    return {
        f"robot-{number}": make_session(BRANDS[brand], round(minutes * 60), seed * 1000 + number)
        for number in range(1, robots + 1)
    }


def write_csv(path: Path, fleet: dict[str, Session]) -> int:
    """Writes the fleet's readings in time order; returns how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    longest = max(len(session.values) for session in fleet.values())
    rows = 0
    part = path.with_name(f"{path.name}.part")
    with part.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for second in range(longest):
            for offset, (robot, session) in enumerate(fleet.items()):
                # Robots do not read in step.
                time = START + timedelta(seconds=second, milliseconds=37 * offset % 1000)
                writer.writerow(
                    (
                        robot,
                        time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                        *(f"{value:.6g}" for value in session.values[second]),
                        session.cycle[second],
                        str(bool(session.protective_stop[second])).lower(),
                        str(bool(session.grip_lost[second])).lower(),
                    )
                )
                rows += 1
    part.replace(path)
    return rows


def main(
    out: Annotated[Path, typer.Option(help="CSV file to write.")],
    robots: Annotated[int, typer.Option(min=1, help="Number of robots.")] = 4,
    minutes: Annotated[float, typer.Option(min=1.0, help="Length of the session.")] = 30.0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same file.")] = 7,
    brand: Annotated[str, typer.Option(help=f"One of {', '.join(BRANDS)}.")] = "source",
) -> None:
    """Write a generated cobot session with planted faults.

    Example: `python -m models.generator --out build/session.csv --robots 4 --minutes 30 --seed 7`
    """
    if brand not in BRANDS:
        raise typer.BadParameter(f"found {brand!r}, expected one of {', '.join(BRANDS)}")
    rows = write_csv(out, make_fleet(robots, minutes, seed, brand))
    typer.echo(f"{rows} generated readings of {robots} robots in {out}")


if __name__ == "__main__":
    typer.run(main)
