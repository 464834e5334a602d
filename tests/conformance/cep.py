"""Runs pattern cases on the matcher: `python -m tests.conformance.cep CASES.jsonl`.

Compiles the JVM module's tests, hands the file to `io.tidegate.conformance.CepConformance` and
prints what that prints: each case that disagrees, then `agree N of M`, followed, where there are
any, by `documented D: ids`. Exits with 0 when every case agrees or is documented, 1 when one does
not, 2 when nothing could be run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

_OPERATORS = Path(__file__).resolve().parents[2] / "operators"
_RUNNER = "io.tidegate.conformance.CepConformance"


def main(arguments: list[str] | None = None) -> int:
    """Runs the cases of a file and returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.cep", description=__doc__)
    parser.add_argument("cases", type=Path, help="file of cases, one JSON object a line")
    parser.add_argument(
        "--build-dir",
        type=Path,
        default=_OPERATORS / "target",
        help="where Maven builds (default: operators/target)",
    )
    options = parser.parse_args(arguments)
    cases, build = options.cases.resolve(), options.build_dir.resolve()
    if not cases.is_file():
        print(f"error: no file of cases at {options.cases}; give a .jsonl file", file=sys.stderr)
        return 2
    classpath = _compile(build)
    if classpath is None:
        print("error: the JVM module's tests do not build; see above", file=sys.stderr)
        return 2
    runner = subprocess.run([_java(), "-cp", classpath, _RUNNER, str(cases)], check=False)
    return runner.returncode


def _compile(build: Path) -> str | None:
    """Builds the test classes and returns their class path; None where that fails."""
    listing = build / "conformance.classpath"
    environment = dict(os.environ)
    if repository := environment.get("TIDEGATE_MAVEN_REPOSITORY"):
        environment["MVNW_REPOURL"] = repository
    maven = subprocess.run(
        [
            *("./mvnw", "-q", "-B", f"-Dbuild.dir={build}"),
            *("test-compile", "dependency:build-classpath"),
            *("-Dmdep.includeScope=compile", f"-Dmdep.outputFile={listing}"),
        ],
        cwd=_OPERATORS,
        env=environment,
        check=False,
    )
    if maven.returncode != 0:
        return None
    folders = [build / "test-classes", build / "classes"]
    return os.pathsep.join([*map(str, folders), listing.read_text().strip()])


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    return str(Path(home) / "bin" / "java") if home else "java"


if __name__ == "__main__":
    sys.exit(main())
