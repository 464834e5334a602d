"""The packages import in one direction."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"schemas", "tidegate", "connectors", "models", "jobs"}
OUTERMOST = ("demo", "testing")
ALLOWED = {
    "schemas": set(),
    "tidegate": {"schemas"},
    "connectors": {"schemas", "tidegate"},
    "models": {"schemas", "tidegate"},
    "jobs": {"schemas", "tidegate", "connectors", "models"},
    "command line": OURS,
}


def layer(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    if parts[0] == "tidegate" and (parts[1].startswith("cli") or parts[1] in OUTERMOST):
        return "command line"
    return parts[0]


def imported_modules(path: Path) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module)
    return modules


SOURCES = sorted(path for package in OURS for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_from_the_layers_below_it(path: Path) -> None:
    own = layer(path)
    roots = {module.split(".")[0] for module in imported_modules(path)} & OURS
    assert roots - {path.relative_to(ROOT).parts[0]} <= ALLOWED[own]
    if own == "tidegate":
        above = {
            m
            for m in imported_modules(path)
            if m.startswith(("tidegate.cli", "tidegate.demo", "tidegate.testing"))
        }
        assert not above


def test_models_never_import_flink_and_the_scorer_needs_no_torch() -> None:
    for path in (ROOT / "models").rglob("*.py"):
        assert not any(m.startswith("pyflink") for m in imported_modules(path)), path
    scorer = imported_modules(ROOT / "models" / "scorer.py")
    assert not {m.split(".")[0] for m in scorer} & {"torch", "onnx"}
