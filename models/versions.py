"""Versions of what a model was made with."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def versions(*packages: str) -> dict[str, str]:
    """Versions of Python and of installed packages, by name.

    Raises:
        importlib.metadata.PackageNotFoundError: when one is not installed.
    """
    found = {name: importlib.metadata.version(name) for name in packages}
    return {"python": platform.python_version(), **found}


def commit() -> str:
    """The checked-out commit of this code, with `+changes` where the working tree differs.

    `unknown` without git, and where the code was installed without its repository.
    """
    try:
        # An installation may lie inside a repository that is not ours.
        _git("ls-files", "--error-unmatch", str(Path(__file__).resolve()))
        head = _git("rev-parse", "HEAD")
        return f"{head}+changes" if _git("status", "--porcelain", "-uno") else head
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    found = subprocess.run(
        ["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return found.stdout.strip()
