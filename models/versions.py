"""Versions of what a model was made with."""

from __future__ import annotations

import importlib.metadata
import platform


def versions(*packages: str) -> dict[str, str]:
    """Versions of Python and of installed packages, by name.

    Raises:
        importlib.metadata.PackageNotFoundError: when one is not installed.
    """
    found = {name: importlib.metadata.version(name) for name in packages}
    return {"python": platform.python_version(), **found}
