"""`tidegate replay`: files into Kafka by their own timestamps."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidegate.errors import TidegateError

if TYPE_CHECKING:
    from connectors.replay import Reject

SHOWN_REJECTS = 20


class Format(StrEnum):
    """Form of the messages."""

    AVRO = "avro"
    JSON = "json"


class Unit(StrEnum):
    """Unit of times that are numbers."""

    S = "s"
    MS = "ms"
    US = "us"
    NS = "ns"


def speed(text: str) -> float:
    """A speed: a number above zero, 0 or `max` for as fast as possible."""
    value = 0.0 if text == "max" else float(text)
    if not 0 <= value < float("inf"):
        raise ValueError("expected a number from 0 up, or max")
    return value


def replay(
    file: Annotated[Path, typer.Argument(help="CSV, JSONL (also .gz) or Parquet file.")],
    topic: Annotated[str, typer.Option(help="Topic; it is made when it does not exist.")],
    schema: Annotated[Path | None, typer.Option(help="Avro schema (.avsc) of the events.")] = None,
    format: Annotated[Format, typer.Option(help="Form of the messages.")] = Format.AVRO,
    speed: Annotated[
        float,
        typer.Option(
            parser=speed,
            help="1 is the file's own pace, 60 a minute a second, 0 or max as fast as possible.",
        ),
    ] = 1.0,
    key: Annotated[str, typer.Option(help="Fields of the message key, comma between.")] = "",
    event_time: Annotated[
        str | None,
        typer.Option(help="Field of the event time; without it the schema's only timestamp."),
    ] = None,
    unit: Annotated[Unit, typer.Option(help="Unit of times that are numbers.")] = Unit.MS,
    map: Annotated[
        list[str] | None, typer.Option(help="COLUMN=FIELD, where names differ; repeat.")
    ] = None,
    set: Annotated[
        list[str] | None, typer.Option(help="FIELD=VALUE that every event gets; repeat.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(help="YAML file with `columns:` and `set:`, instead of many --map."),
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="Of a CSV file; found when not given.")
    ] = None,
    partitions: Annotated[
        int, typer.Option(help="Of a topic that is made; -1 for the broker's default.")
    ] = -1,
    bootstrap: Annotated[
        str | None, typer.Option(help="Kafka addresses (TIDEGATE_KAFKA, default localhost:9092).")
    ] = None,
) -> None:
    """Send a file's events to a topic, by their own timestamps.

    Rows that do not fit are shown with file, line and column, and counted; exit code 1 when there
    were some.

    *Examples*

    `tidegate replay session.csv --topic cobot-joints --schema schemas/cobot_reading.avsc
    --set robot_id=ur3 --map Timestamp=ts --key robot_id --speed 60`

    `tidegate replay payments.parquet --topic transactions --schema schemas/transaction.avsc
    --key card_number --speed max`
    """
    from connectors.events import EventSchema
    from connectors.files import EventFile
    from connectors.kafka import BOOTSTRAP, REPLAY_TOPIC, Producer, ensure_topic
    from connectors.replay import Form, Pace
    from connectors.replay import replay as send_rows
    from tidegate.options import Settings

    columns, constants = _mapping(mapping)
    columns |= _pairs(map or [], "--map COLUMN=FIELD")
    constants |= _pairs(set or [], "--set FIELD=VALUE")
    if constants and schema is None:
        raise TidegateError("--set needs --schema: the schema says of which type the value is")
    source = EventFile(file, delimiter)
    form = Form(
        schema=EventSchema(_schema(schema), columns, constants, unit) if schema else None,
        format=format,
        event_time=event_time,
        key=tuple(name.strip() for name in key.split(",") if name.strip()),
        unit=unit,
        columns=columns,
    )
    unused = form.check(source)
    form.check_names()
    if unused:
        typer.echo(f"columns that no field takes: {', '.join(unused)}", err=True)
    address = Settings.load().get(BOOTSTRAP, bootstrap)
    if ensure_topic(address, topic, partitions, REPLAY_TOPIC):
        typer.echo(f"topic {topic} made", err=True)
    rejects = _Rejects()
    producer = Producer(address)
    try:
        with _progress(file, source.count) as advance:
            send_rows(source, file, form, topic, producer, Pace(speed), rejects, advance)
    finally:
        # Also after Ctrl-C: what was handed over is sent, and counted.
        producer.close()
        rejects.summarise()
        typer.echo(f"events sent: {producer.acknowledged}")
    if rejects.count:
        raise typer.Exit(1)


class _Rejects:
    """Shows the first rejected rows and counts all."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, reject: Reject) -> None:
        self.count += 1
        if self.count <= SHOWN_REJECTS:
            typer.echo(f"not sent: {reject}", err=True)

    def summarise(self) -> None:
        if self.count:
            more = self.count - SHOWN_REJECTS
            typer.echo(
                f"rows not sent: {self.count}" + (f" ({more} not shown)" if more > 0 else ""),
                err=True,
            )


def _pairs(texts: list[str], form: str) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise TidegateError(f"{text!r}: expected {form}")
        pairs[name] = value
    return pairs


def _mapping(path: Path | None) -> tuple[dict[str, str], dict[str, str]]:
    """Columns and constants of a mapping file."""
    if path is None:
        return {}, {}
    import yaml

    try:
        document = yaml.safe_load(path.read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TidegateError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict) or not {"columns", "set"}.issuperset(document):
        raise TidegateError(f"{path}: expected `columns:` and `set:`, each with NAME: VALUE lines")
    parts: list[dict[str, str]] = []
    for name in ("columns", "set"):
        part = document.get(name) or {}
        if not isinstance(part, dict):
            raise TidegateError(f"{path}: {name}: expected NAME: VALUE lines")
        parts.append({str(k): str(v) for k, v in part.items()})
    return parts[0], parts[1]


def _schema(path: Path) -> dict[str, Any]:
    import json

    try:
        schema = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise TidegateError(f"{path}: not an Avro schema: {error}") from error
    if not isinstance(schema, dict):
        raise TidegateError(f"{path}: not an Avro schema of a record")
    return schema


@contextmanager
def _progress(file: Path, count: Any) -> Iterator[Any]:
    """A progress bar on a terminal; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(file.name), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=count())
        yield lambda: progress.advance(task)
