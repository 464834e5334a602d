"""Tidegate: event-time patterns decide when to look, an embedded model judges what is there.

Declare rules and pipelines in Python or YAML; `compile_plan` turns them into the plan that the
Flink job runs.
"""

from tidegate.errors import TidegateError
from tidegate.pattern import Pattern
from tidegate.pipeline import Pipeline, load_pipeline
from tidegate.plan import Plan, compile_plan
from tidegate.rules import Rule, load_rules

__all__ = [
    "Pattern",
    "Pipeline",
    "Plan",
    "Rule",
    "TidegateError",
    "compile_plan",
    "load_pipeline",
    "load_rules",
]
