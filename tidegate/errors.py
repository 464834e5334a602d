"""What can go wrong for a reason that a user can act on: flat classes, one root."""

from __future__ import annotations

from collections.abc import Sequence


class TidegateError(Exception):
    """Root of all errors whose message is meant for the user: one line, no traceback."""


class OptionError(TidegateError):
    """Raised when an option has a value that cannot be read as its type."""


class JarError(TidegateError):
    """Raised when a jar is missing, cannot be downloaded or has not the manifest's sha256."""


class StackError(TidegateError):
    """Raised when the local stack cannot be started, asked or stopped."""


class FileFormatError(TidegateError):
    """Raised when an event file cannot be opened or is not what its name says."""


class KafkaError(TidegateError):
    """Raised when a Kafka cluster cannot be reached or refuses a request."""


class ClusterError(TidegateError):
    """Raised when a Flink cluster cannot be reached, refuses a request or misses a time limit."""


class DocumentError(TidegateError):
    """Raised when a rule, pipeline or schema file is missing or not of its form."""


class ExpressionError(TidegateError):
    """Raised when an expression cannot be parsed or does not fit the schema; shows a caret."""


class PatternError(TidegateError):
    """Raised when stages, quantifiers and time limits of a pattern cannot be combined."""


class RuleError(TidegateError):
    """Raised when a rule does not fit the pipeline that runs it."""


class ModelError(TidegateError):
    """Raised when a model folder is missing, altered, or does not fit the window."""


class RegistryError(TidegateError):
    """Raised when a registry lacks a model or version, or its promotions cannot be changed."""


class PlanError(TidegateError):
    """Raised when a compiled plan is not of the form that schemas/plan.schema.json states."""


class TableError(TidegateError):
    """Raised when a catalog cannot be used or a table is not of the form that the job writes."""


class PreflightError(TidegateError):
    """Raised when something that a job needs is missing where it will run; lists all of it."""


class RuleTestError(TidegateError):
    """Raised when rules cannot be run over events: no Java, no jar, or events that do not fit."""


class AlertError(TidegateError):
    """Raised when a message of an alerts topic is not an alert."""


def raise_all(problems: Sequence[TidegateError]) -> None:
    """Raise what was found wrong: the error itself when it is one, else all messages together.

    Raises:
        TidegateError: when there are problems.
    """
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise TidegateError("\n".join(str(problem) for problem in problems))
