"""Java programs of the benchmarks: built once by Maven, run with the module's test class path."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULE = ROOT / "operators"
CLASSPATH = ROOT / "build" / "bench" / "classpath.txt"

# Flink's own list of packages it opens by reflection.
ADD_OPENS = tuple(
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in (
        "java.lang",
        "java.net",
        "java.io",
        "java.nio",
        "java.text",
        "java.time",
        "java.util",
        "java.util.concurrent",
        "java.util.concurrent.atomic",
        "java.util.concurrent.locks",
        "sun.nio.ch",
    )
)


def build() -> str:
    """Compiles the module with its tests and returns the class path.

    Raises:
        subprocess.CalledProcessError: Maven failed; its output has been shown.
    """
    CLASSPATH.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            "./mvnw",
            "-q",
            "-B",
            "test-compile",
            "dependency:build-classpath",
            f"-Dmdep.outputFile={CLASSPATH}",
            "-Dmdep.includeScope=test",
        ],
        cwd=MODULE,
        check=True,
    )
    target = MODULE / "target"
    return f"{target / 'test-classes'}:{target / 'classes'}:{CLASSPATH.read_text().strip()}"


def command(classpath: str, main: str, arguments: Sequence[str], heap: str = "2g") -> list[str]:
    """The command line that runs a main class of package ``io.tidegate.benchmark``."""
    return [
        "java",
        f"-Xmx{heap}",
        *ADD_OPENS,
        "-cp",
        classpath,
        f"io.tidegate.benchmark.{main}",
        *arguments,
    ]
