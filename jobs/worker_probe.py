"""Looks at a TaskManager's Python: packages, their versions, the model as it lies there.

The function is sent by value: it has to run, and say so, where this project is not installed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

MODULES = ("jobs.score", "models.scorer", "numpy", "onnxruntime", "pyflink")
# Another version of these on the workers gives other bytes or other numbers than here.
COMPARED = ("apache-flink", "numpy", "onnxruntime", "onnxruntime-gpu")


def versions() -> dict[str, str]:
    """Versions of Python and of the compared packages that are installed here."""
    import platform
    from importlib import metadata

    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for package in COMPARED:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def probe(
    client: Mapping[str, str], model: Mapping[str, Any], modules: tuple[str, ...] = MODULES
) -> Callable[[str], str]:
    """The function that a slot runs: the Java probe's answer in, the same with more lines out.

    Args:
        client: `versions()` of the submitting side.
        model: `path` of the plan's model, and `files` in it: their sha256 by name.
        modules: what has to be importable.
    """
    compared = COMPARED

    def look(answer: str) -> str:
        import hashlib
        import importlib
        import json
        import pathlib
        import platform
        import sys
        from importlib import metadata

        findings = json.loads(answer)
        lines = findings["missing"]
        for module in modules:
            try:
                importlib.import_module(module)
            except Exception as error:
                reason = f"{type(error).__name__}: {error}"
                lines.append(f"{sys.executable} cannot import {module} ({reason})")
        found = {"python": ".".join(platform.python_version_tuple()[:2])}
        for package in compared:
            try:
                found[package] = metadata.version(package)
            except metadata.PackageNotFoundError:
                continue
        for name, version in client.items():
            # An ONNX Runtime of the other build is a choice of the machine, not a mistake.
            if name.startswith("onnxruntime") and name not in found:
                continue
            if found.get(name) != version:
                lines.append(
                    f"{sys.executable} has {name} {found.get(name, 'not installed')}, "
                    f"the client has {version}"
                )
        for name, stated in model["files"].items():
            file = pathlib.Path(model["path"]) / name
            try:
                sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
            except OSError as error:
                lines.append(f"model {file}: {error.strerror}")
                continue
            if sha256 != stated:
                lines.append(f"model {file}: sha256 is {sha256}, the plan has {stated}")
        return json.dumps(findings)

    return look
