"""Runs rules over events in a test, without a cluster.

>>> from tidegate.testing import run_rules
>>> result = run_rules("rules/fraud.yaml", events, time="ts")  # doctest: +SKIP
>>> result.matches[0].stages["big_charge"][0]["amount"]  # doctest: +SKIP
1500.0

The same classes as in the job handle the events, in a Java process that is started once and kept
until this process ends.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tidegate.testing.results import DeadLetter, Late, Match, NearMiss, Result, Timeout
    from tidegate.testing.run import run_rules

__all__ = ["DeadLetter", "Late", "Match", "NearMiss", "Result", "Timeout", "run_rules"]

# Loaded when first asked for: pytest imports this package at its start, whatever it then runs.
_MODULES = dict.fromkeys(__all__, "results") | {"run_rules": "run"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
