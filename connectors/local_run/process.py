"""The Java process that runs rules: started once, asked as often as need be."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from tidegate.errors import RuleTestError
from tidegate.options import Settings
from tidegate.stack.options import OPERATORS_JAR

MAIN = "io.tidegate.tool.RuleTest"
# A run is over before the optimising compiler would pay: 0.3 s less for small inputs.
QUICK_START = ("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC")


class RuleProcess:
    """A Java process that takes one request after the other.

    Raises:
        RuleTestError: when there is no Java, no jar or no Flink distribution, saying what to do.
    """

    def __init__(self) -> None:
        command = [_java(), *QUICK_START, "-cp", _class_path(), MAIN]
        # Open as long as the process: a pipe that no one reads would stop it once it is full.
        self._errors: IO[str] = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
        )

    def run(
        self,
        plan: str,
        events: Sequence[tuple[int, bytes]],
        close: bool,
        near_misses: int,
        windows: bool = False,
    ) -> list[dict[str, Any]]:
        """What the rules of a plan find.

        Args:
            plan: the plan's text.
            events: index of the stream and JSON object of every event, in order of arrival.
            close: whether time passes on behind the last event.
            near_misses: most of a rule.
            windows: whether the windows that matches cut are wanted.

        Raises:
            RuleTestError: when the process refuses the plan or fails.
        """
        header: dict[str, Any] = {"events": len(events), "close": close}
        header |= {"near_misses": near_misses, "windows": windows}
        request = bytearray(f"{json.dumps(header)}\n{plan}\n".encode())
        for stream, event in events:
            request += b"%d\t%s\n" % (stream, event)
        requests, answers = self._process.stdin, self._process.stdout
        assert requests is not None
        assert answers is not None
        try:
            requests.write(request)
            requests.flush()
        except BrokenPipeError as error:
            raise self._failed() from error
        lines: list[dict[str, Any]] = []
        for line in answers:
            answer: dict[str, Any] = json.loads(line)
            if "done" in answer:
                return lines
            if "refused" in answer:
                raise RuleTestError(str(answer["refused"]["message"]))
            lines.append(answer)
        raise self._failed()

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._errors.close()

    @property
    def alive(self) -> bool:
        """Whether it takes requests."""
        return self._process.poll() is None

    def _failed(self) -> RuleTestError:
        code = self._process.wait()
        self._errors.seek(0)
        said = [line.strip() for line in self._errors if line.strip()]
        if any("UnsupportedClassVersionError" in line for line in said):
            return RuleTestError(f"{self._process.args[0]!r} is older than Java 17; {_INSTALL}")  # type: ignore[index]
        if any(MAIN in line and "ClassNotFound" in line for line in said):
            return RuleTestError(f"{_jar()}: older than this package; run `make setup` to build it")
        shown = next((line for line in said if "Exception" in line or "Error" in line), "")
        return RuleTestError(f"Java ended with exit code {code}{': ' if shown else ''}{shown}")


_shared: RuleProcess | None = None


def shared() -> RuleProcess:
    """The process of this Python process, started when first asked for."""
    global _shared
    if _shared is None or not _shared.alive:
        _shared = RuleProcess()
        atexit.register(_shared.close)
    return _shared


_INSTALL = "install Java 17, such as with sudo apt-get install -y openjdk-17-jdk-headless"


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    path = shutil.which(str(Path(home) / "bin" / "java") if home else "java")
    if path is None:
        where = f"in JAVA_HOME={home}" if home else "on the PATH"
        raise RuleTestError(f"no Java {where}; {_INSTALL}")
    return path


def _jar() -> Path:
    return Path(Settings.load().get(OPERATORS_JAR)).absolute()


def _class_path() -> str:
    """Our jar and Flink's classes, of which ours extend some."""
    jar = _jar()
    if not jar.is_file():
        raise RuleTestError(f"{jar}: no such jar; run `make setup` to build it")
    wheel = find_spec("pyflink")
    if wheel is None or wheel.origin is None:
        raise RuleTestError("apache-flink is not installed in this Python; run `make setup`")
    flink = sorted((Path(wheel.origin).parent / "lib").glob("flink-dist-*.jar"))
    return os.pathsep.join(map(str, [jar, *flink]))
