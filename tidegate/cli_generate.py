"""`tidegate generate`: events for a rule pack, with planted cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tidegate.durations import parse_duration

PACK_HELP = "fraud, industrial, market, security, supply_chain or finance."


def generate(
    pack: Annotated[str, typer.Argument(help=PACK_HELP)],
    output: Annotated[Path, typer.Option(help="JSONL file to write, one event a line.")],
    events: Annotated[int, typer.Option(help="How many, about.")] = 10_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same events.")] = 0,
    entities: Annotated[
        int | None, typer.Option(help="Cards, sensors, symbols, hosts, ...; the pack's own number.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(help="Events a second of event time; the pack's own rate.")
    ] = None,
    cases: Annotated[int, typer.Option(help="Planted cases of each kind.")] = 3,
    stream: Annotated[
        str | None, typer.Option(help="Only this stream's events, without their `stream` field.")
    ] = None,
    shuffle: Annotated[
        int,
        typer.Option(parser=parse_duration, help="How far events may be out of order, such as 5s."),
    ] = "0s",  # type: ignore[assignment]
    planted: Annotated[
        Path | None, typer.Option(help="JSONL file for what is to be found, and near misses.")
    ] = None,
) -> None:
    """Write realistic events of a rule pack with planted cases among them.

    Of a pack with several streams every event says its own in the field `stream`.

    *Examples*

    `tidegate generate fraud --output build/fraud.jsonl --planted build/fraud.planted.jsonl`

    `tidegate rules test rules/fraud.yaml build/fraud.jsonl --pipeline pipelines/fraud.yaml`

    `tidegate generate security --stream logins --events 50000 --seed 7 --output build/logins.jsonl`
    """
    from tidegate.errors import OptionError
    from tidegate.generators import Options, find_pack
    from tidegate.generators.files import write_cases, write_rows

    found = find_pack(pack)
    if stream is not None and stream not in found.streams:
        raise OptionError(f"--stream {stream}: pack {pack} has {', '.join(found.streams)}")
    data = found.generate(Options(events, seed, entities, rate, cases))
    if shuffle:
        data = data.shuffled(shuffle, seed)
    rows = [row for row in data.rows if stream in (None, row.stream)]
    named = stream is None and len(found.streams) > 1
    typer.echo(f"events written: {write_rows(output, rows, named)} to {output}")
    if planted is not None:
        write_cases(planted, data)
        typer.echo(f"planted: {len(data.planted)}, near misses: {len(data.near_misses)}")
