"""`tidegate alerts tail`: subscribes to alerts and shows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidegate.errors import AlertError, TidegateError

if TYPE_CHECKING:
    from kafka.consumer.fetcher import ConsumerRecord

app = typer.Typer(no_args_is_help=True, help="Alerts as they come.", rich_markup_mode="markdown")

SUFFIX = "-alerts"


@app.callback()
def _group() -> None:
    """Alerts as they come."""


@app.command()
def tail(
    topic: Annotated[
        list[str] | None,
        typer.Option(help=f"Topic, repeat for several; without it all that end in {SUFFIX}."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Whole alerts, one JSON a line.")] = False,
    from_beginning: Annotated[
        bool, typer.Option(help="Show also those that are there already.")
    ] = False,
    max: Annotated[int | None, typer.Option(min=1, help="End after this many.")] = None,
    follow: Annotated[
        bool, typer.Option(help="Wait for more; --no-follow ends with the last one there.")
    ] = True,
    bootstrap: Annotated[
        str | None, typer.Option(help="Kafka addresses (TIDEGATE_KAFKA, default localhost:9092).")
    ] = None,
) -> None:
    """Show alerts, one a line, until Ctrl-C.

    *Examples*

    `tidegate alerts tail`

    `tidegate alerts tail --topic cobot-alerts --from-beginning --no-follow --json | jq .summary`
    """
    from connectors.kafka import BOOTSTRAP, messages, topics
    from tidegate.options import Settings

    address = Settings.load().get(BOOTSTRAP, bootstrap)
    names = topic or [name for name in topics(address) if name.endswith(SUFFIX)]
    if not names:
        raise TidegateError(f"no topic at {address} ends in {SUFFIX}; give --topic NAME")
    found = messages(address, names, from_beginning=from_beginning, follow=follow)
    if not as_json:
        typer.echo(f"{'end (UTC)':<23}  {'severity':<8}  {'rule':<24}  {'score':<13}  summary")
    for alert in islice(_alerts(found), max):
        typer.echo(_json(alert) if as_json else _line(alert))


def _alerts(found: Iterator[ConsumerRecord]) -> Iterator[dict[str, Any]]:
    """Decoded alerts; a message that is none is named on stderr, with its position."""
    from connectors.alerts import read_alert

    for message in found:
        try:
            yield read_alert(message.value)
        except AlertError as error:
            where = f"{message.topic}[{message.partition}]@{message.offset}"
            typer.echo(f"{where}: {error}", err=True)


def _line(alert: dict[str, Any]) -> str:
    end: datetime = alert["end_time"]
    time = end.strftime("%Y-%m-%d %H:%M:%S.%f")[:23]
    if alert["score"] is None:
        score = alert["score_status"]
    else:
        threshold = alert["threshold"]
        score = f"{alert['score']:.3f}" + (f" > {threshold:.3f}" if threshold is not None else "")
    rule = alert["rule_id"] + (" (shadow)" if alert["shadow"] else "")
    return f"{time}  {alert['severity']:<8}  {rule:<24}  {score:<13}  {alert['summary']}"


def _json(alert: dict[str, Any]) -> str:
    import orjson

    return orjson.dumps(alert, option=orjson.OPT_UTC_Z).decode()
