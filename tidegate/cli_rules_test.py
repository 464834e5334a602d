"""`tidegate rules test`: rules over a file of events, without a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidegate.errors import OptionError

if TYPE_CHECKING:
    from tidegate.testing.results import Result


def rules_test(
    file: Annotated[Path, typer.Argument(help="Rule file (YAML).")],
    events: Annotated[
        Path | None,
        typer.Argument(help="Events: CSV, JSONL (also .gz) or Parquet, in order of arrival."),
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option(help="Only the rule of this id; repeat for several.")
    ] = None,
    pipeline: Annotated[
        Path | None,
        typer.Option(help="Pipeline whose streams say types, key, event time and lateness."),
    ] = None,
    stream: Annotated[
        list[str] | None,
        typer.Option(help="NAME=FILE: the events of one stream, instead of EVENTS; repeat."),
    ] = None,
    stream_column: Annotated[
        str | None,
        typer.Option(
            help="Column of EVENTS that names the stream; `stream` or `type` where it fits."
        ),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(help="Field of the event time, without --pipeline; found by its name."),
    ] = None,
    time_unit: Annotated[
        str | None, typer.Option(help="Of times that are numbers: s, ms, us, ns.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Key of rules that state none, comma between fields.")
    ] = None,
    type: Annotated[
        list[str] | None,
        typer.Option(help="FIELD=TYPE (boolean, long, double, string); repeat."),
    ] = None,
    out_of_orderness: Annotated[
        str | None,
        typer.Option(help="How far an event may lie behind, such as 5s; else none is late."),
    ] = None,
    close: Annotated[
        bool,
        typer.Option(help="Let time pass on behind the last event until every limit is reached."),
    ] = True,
    near_misses: Annotated[
        int, typer.Option(min=0, help="Most near misses of a rule that are shown.")
    ] = 3,
    show: Annotated[
        int, typer.Option(min=0, help="Most matches, timeouts, late and bad events that are shown.")
    ] = 10,
    expect_matches: Annotated[
        int | None, typer.Option(help="Exit code 1 unless there are so many matches.")
    ] = None,
    expect: Annotated[
        list[str] | None,
        typer.Option(help="RULE=N: exit code 1 unless the rule has so many matches; repeat."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Run rules over events without a cluster: matches, timeouts and near misses.

    The events are handled by the job's own classes in the job's order. A near miss says how far
    the best partial match came and which condition stopped it. Exit code 0, 1 when an expectation
    is not met, 2 when rules or events are wrong.

    *Examples*

    `tidegate rules test rules/fraud.yaml transactions.csv --time ts`

    `tidegate rules test rules/fraud.yaml transactions.csv --pipeline pipelines/fraud.yaml`

    `tidegate rules test rules/fraud.yaml events.jsonl --expect card_testing=2 --expect velocity=0`

    `tidegate rules test boiler.yaml --stream temperatures=t.csv --stream pressures=p.csv`
    """
    from connectors.local_run.process import shared

    process = shared()  # Java starts while Python still imports.
    from tidegate.rules import load_rules, select
    from tidegate.testing.run import run_rules
    from tidegate.testing.text import describe

    by_stream = {name: Path(path) for name, path in _pairs(stream, "--stream")}
    if (events is None) == (not by_stream):
        raise OptionError("give EVENTS or --stream NAME=FILE, not both and not neither")
    result = run_rules(
        select(load_rules(file), rule),
        by_stream if events is None else events,
        pipeline=pipeline,
        time=time,
        time_unit=time_unit,
        key=key.split(",") if key else (),
        types=dict(_pairs(type, "--type")),
        out_of_orderness=out_of_orderness,
        stream_column=stream_column,
        close=close,
        near_misses=near_misses,
        process=process,
    )
    failed = _unmet(result, expect_matches, expect)
    if json:
        from tidegate.testing.document import to_json

        typer.echo(to_json(result))
    else:
        typer.echo(describe(result, most=show))
    for line in failed:
        typer.echo(line, err=True)
    if failed:
        raise typer.Exit(1)


def _pairs(values: list[str] | None, option: str) -> list[tuple[str, str]]:
    pairs = []
    for value in values or []:
        name, equals, rest = value.partition("=")
        if not (name and equals and rest):
            raise OptionError(f"{option} {value}: expected NAME=VALUE")
        pairs.append((name, rest))
    return pairs


def _unmet(result: Result, total: int | None, expected: list[str] | None) -> list[str]:
    """One line for every expectation that is not met."""
    from tidegate.testing.text import counted

    lines = []
    if total is not None and len(result.matches) != total:
        lines.append(f"expected {counted(total, 'match', 'matches')}, found {len(result.matches)}")
    for rule, text in _pairs(expected, "--expect"):
        if rule not in result.rules:
            raise OptionError(f"--expect {rule}: no such rule; known: {', '.join(result.rules)}")
        if not text.isdecimal():
            raise OptionError(f"--expect {rule}={text}: expected a number of matches")
        if len(result.of(rule)) != int(text):
            expectation = counted(int(text), "match", "matches")
            lines.append(f"expected {expectation} of {rule}, found {len(result.of(rule))}")
    return lines
