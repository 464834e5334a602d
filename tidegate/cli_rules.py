"""`tidegate rules`: rules as data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tidegate import cli_rules_explain, cli_rules_log, cli_rules_test
from tidegate.errors import TidegateError

app = typer.Typer(no_args_is_help=True, help="Rules as data.", rich_markup_mode="markdown")


@app.callback()
def _group() -> None:
    """Rules as data."""


@app.command()
def validate(
    files: Annotated[list[Path], typer.Argument(help="Rule files (YAML).")],
    pipeline: Annotated[
        Path | None,
        typer.Option(help="Pipeline that the rules run in: checks names and types as well."),
    ] = None,
) -> None:
    """Check rule files without a job; every wrong rule is shown, exit code 2.

    *Examples*

    `tidegate rules validate rules/fraud.yaml`

    `tidegate rules validate rules/fraud.yaml --pipeline pipelines/fraud.yaml`
    """
    from tidegate.validate import validate_rules

    valid = 0
    problems: list[TidegateError] = []
    for file in files:
        try:
            rules = validate_rules(file, pipeline)
        except TidegateError as error:
            problems.append(error)
            continue
        for rule in rules:
            fingerprint = f"  {rule.fingerprint[:12]}" if rule.fingerprint else ""
            typer.echo(
                f"{rule.id} v{rule.version}  {rule.severity}  {', '.join(rule.streams)}: "
                f"{' > '.join(rule.stages)}{fingerprint}"
            )
        valid += len(rules)
    if problems:
        raise TidegateError("\nerror: ".join(str(problem) for problem in problems))
    without = "" if pipeline else " (names and types not checked: no --pipeline)"
    typer.echo(f"rules valid: {valid}{without}")


app.command("explain")(cli_rules_explain.explain)
app.command("test")(cli_rules_test.rules_test)
app.command("push")(cli_rules_log.push)
app.command("list")(cli_rules_log.list_rules)
app.command("status")(cli_rules_log.status)
app.command("history")(cli_rules_log.history)
app.command("set")(cli_rules_log.set_parameters)
app.command("remove")(cli_rules_log.remove)
