"""What a command says of a mistake that its user can mend: one line and exit code 2."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from tidegate.errors import TidegateError

USER_MISTAKE = 2


@contextmanager
def in_one_line(doing: str | None = None) -> Iterator[None]:
    """Ends the program with one line on standard error, without a traceback.

    Args:
        doing: what needs packages that may not be installed, in words: "training"; None where none
            does, and a missing one is a bug.

    Raises:
        SystemExit: with code 2, for a TidegateError or a package that is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if doing is None:
            raise
        _end(
            f"{doing} needs the package {error.name}; install the extra: uv sync --extra train",
            error,
        )
    except TidegateError as error:
        _end(str(error), error)


def _end(line: str, error: Exception) -> NoReturn:
    print(f"error: {line}", file=sys.stderr)
    raise SystemExit(USER_MISTAKE) from error
