"""What plain `flink` needs in its environment to use the local stack."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from tidegate.stack import flink
from tidegate.stack.local import LocalStack
from tidegate.stack.options import StackOptions


def exports(options: StackOptions) -> dict[str, str]:
    """Variables of the running stack, or of the one that `up` would start with `options`.

    `PATH` is what has to stand before the present one. The conf and lib folders are made when
    nothing runs.

    Raises:
        StackError: when our jar is missing.
        JarError: when a connector jar is missing.
    """
    stack = LocalStack(options)
    actual = options
    if any(one.state == "running" for one in stack.status()):
        actual = stack.running_options()
    else:
        flink.assemble(actual)
    return {
        **flink.variables(actual),
        "TIDEGATE_KAFKA": actual.bootstrap,
        "TIDEGATE_FLINK": actual.flink_rest,
        "PATH": f"{flink.home() / 'bin'}:{Path(sys.executable).parent}",
    }


def shell(variables: dict[str, str]) -> str:
    """`export` lines for a POSIX shell."""
    lines = [f"export {k}={shlex.quote(v)}" for k, v in variables.items() if k != "PATH"]
    return "\n".join([*lines, f'export PATH={shlex.quote(variables["PATH"])}:"$PATH"'])
