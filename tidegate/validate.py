"""Checks rule files, as `tidegate rules validate` does: all that can be seen without a job."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tidegate.errors import TidegateError, raise_all
from tidegate.pipeline import load_inputs
from tidegate.rule_plan import KeyIndex, compile_rule
from tidegate.rules import load_rules
from tidegate.stages import walk


@dataclass(frozen=True, slots=True)
class ValidRule:
    """A rule that was found to be right.

    Attributes:
        fingerprint: sha256 of its structure; None when no pipeline said what the streams look like.
    """

    id: str
    version: int
    severity: str
    streams: tuple[str, ...]
    stages: tuple[str, ...]
    fingerprint: str | None

    @property
    def typed(self) -> bool:
        """Whether its expressions were checked against the streams."""
        return self.fingerprint is not None


def validate_rules(path: str | Path, pipeline_path: str | Path | None = None) -> list[ValidRule]:
    """The rules of a file, in its order, when all of them are right.

    Args:
        path: the rule file.
        pipeline_path: the pipeline whose streams they are to read; without it, patterns and the
            syntax of expressions are checked, but no names and types.

    Raises:
        TidegateError: one line, or lines with a caret, for every rule that is wrong.
    """
    rules = load_rules(path)
    streams = None if pipeline_path is None else load_inputs(pipeline_path).streams
    keys = KeyIndex()
    valid: list[ValidRule] = []
    problems: list[TidegateError] = []
    for rule in rules:
        try:
            plan = None if streams is None else compile_rule(rule, streams, keys)
        except TidegateError as error:
            problems.append(error)
            continue
        stages = tuple(stage.name for stage in walk(rule.definition.stages))
        fingerprint = None if plan is None else str(plan["fingerprint"])
        valid.append(
            ValidRule(rule.id, rule.version, rule.severity, rule.streams, stages, fingerprint)
        )
    raise_all(problems)
    return valid
