"""Tidegate: event-time patterns decide when to look, an embedded model judges what is there.

Declare rules and pipelines in Python or YAML; `compile_plan` turns them into the plan that the
Flink job runs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tidegate.errors import TidegateError
    from tidegate.parameters import RuleParameter
    from tidegate.pattern import Pattern, all_of, any_of
    from tidegate.pipeline import Pipeline, load_pipeline
    from tidegate.plan import Plan, compile_plan
    from tidegate.rules import Rule, load_rules

__all__ = [
    "Pattern",
    "Pipeline",
    "Plan",
    "Rule",
    "RuleParameter",
    "TidegateError",
    "all_of",
    "any_of",
    "compile_plan",
    "load_pipeline",
    "load_rules",
]

# Loaded when first asked for: the command line answers without pydantic and jsonschema.
_MODULES = {
    "Pattern": "pattern",
    "Pipeline": "pipeline",
    "Plan": "plan",
    "Rule": "rules",
    "RuleParameter": "parameters",
    "TidegateError": "errors",
    "all_of": "pattern",
    "any_of": "pattern",
    "compile_plan": "plan",
    "load_pipeline": "pipeline",
    "load_rules": "rules",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
