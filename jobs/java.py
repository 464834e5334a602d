"""The JVM that a Python job talks to: our classes there, its errors here."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

from py4j.java_gateway import JavaPackage
from py4j.protocol import Py4JError, Py4JJavaError
from pyflink.java_gateway import get_gateway

from tidegate.errors import ClusterError, TidegateError
from tidegate.mistakes import USER_MISTAKE


def package() -> Any:
    """The Java package `io.tidegate`.

    Raises:
        ClusterError: when the operators jar is not on the client's class path.
    """
    found = get_gateway().jvm.io.tidegate
    if isinstance(found.job.DetectJob, JavaPackage):
        raise ClusterError(
            "tidegate-operators.jar is not on the class path of the Flink client; "
            "`make setup` builds it, `tidegate env` prints the exports that plain `flink` needs"
        )
    return found


@contextmanager
def java_errors(what: str) -> Iterator[None]:
    """Turn an exception of the JVM into one line.

    Raises:
        ClusterError: with the message of the innermost cause that has one.
    """
    try:
        yield
    except Py4JJavaError as error:
        raise ClusterError(f"{what}: {message(error)}") from error


def message(error: Py4JJavaError) -> str:
    """First line of the exception that says most: ours, else the innermost with a message."""
    cause, best = error.java_exception, None
    for _ in range(20):
        if cause is None:
            break
        text = cause.getMessage()
        if text:
            best = text
        if cause.getClass().getName().startswith("io.tidegate."):
            break
        cause = cause.getCause()
    return str(best or error.java_exception.toString()).splitlines()[0]


def string_list(items: Iterable[str]) -> Any:
    """A Java list of strings."""
    found = get_gateway().jvm.java.util.ArrayList()
    for item in items:
        found.add(item)
    return found


def fail(error: TidegateError) -> NoReturn:
    """End the submission: the error's lines on standard error, exit code 2, no traceback.

    Under `flink run` the client's JVM would print a stack trace of its own about the end of this
    process, so it is the JVM that is ended, after it has printed the lines.
    """
    text = f"error: {error}"
    if "PYFLINK_GATEWAY_PORT" not in os.environ:
        print(text, file=sys.stderr)
        sys.exit(USER_MISTAKE)
    jvm = get_gateway().jvm
    jvm.java.lang.System.err.println(text)
    nowhere = jvm.java.io.PrintStream(jvm.java.io.OutputStream.nullOutputStream())
    jvm.java.lang.System.setErr(nowhere)
    jvm.java.lang.System.setOut(nowhere)
    # The JVM goes away while it answers: that is the point.
    with suppress(Py4JError):
        jvm.java.lang.System.exit(USER_MISTAKE)
    os._exit(USER_MISTAKE)
