"""Command lines of the benchmarks."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter


def command(description: str | None, example: str) -> ArgumentParser:
    """A benchmark's command line, without its options.

    Args:
        description: the module's docstring, shown as it stands.
        example: of a call, shown at the end of the help.
    """
    return ArgumentParser(
        description=description,
        formatter_class=RawDescriptionHelpFormatter,
        epilog=f"example: {example}",
    )
