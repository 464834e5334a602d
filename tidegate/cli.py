"""The `tidegate` command.

Sub-commands live in `cli_*.py`; what they need beyond typer is imported when they run, so that
`tidegate --help` answers at once.
"""

from __future__ import annotations

import os
import sys

import typer

from tidegate import (
    cli_alerts,
    cli_demo,
    cli_generate,
    cli_models,
    cli_replay,
    cli_rules,
    cli_stack,
)
from tidegate.mistakes import in_one_line

app = typer.Typer(
    name="tidegate",
    help="Event-time patterns decide when to look, an embedded model judges what is there.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(cli_stack.app, name="stack")
app.command("env")(cli_stack.env)
app.command("replay")(cli_replay.replay)
app.command("generate")(cli_generate.generate)
app.command("demo")(cli_demo.demo)
app.add_typer(cli_alerts.app, name="alerts")
app.add_typer(cli_rules.app, name="rules")
app.add_typer(cli_models.app, name="models")


def main() -> None:
    """Run the command line; a TidegateError is one line on stderr and exit code 2."""
    try:
        with in_one_line():
            app()
    except BrokenPipeError:
        # The reader (`| head`) has gone; Python's own flush at exit would complain once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
