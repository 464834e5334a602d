"""The JVM producer that feeds the benchmarks, and what it says of its own pace."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass

from benchmarks import jvm
from tidegate.stack.jars import ROOT


@dataclass(frozen=True)
class Pace:
    """How a producer kept its schedule.

    Attributes:
        events: that the broker has acknowledged.
        seconds: from the first to the last acknowledged.
        behind_p99_ms: 99th percentile of how late an event was sent; 0 for one without a rate.
    """

    events: int
    seconds: float
    behind_p99_ms: float

    @property
    def rate(self) -> float:
        """Events per second."""
        return self.events / self.seconds


def start(
    bootstrap: str, classpath: str, topic: str, kind: str, schema: str, *numbers: int
) -> subprocess.Popen[str]:
    """Starts the producer: numbers are count, rate (0 unpaced), keys, step in ms."""
    arguments = [bootstrap, topic, kind, str(ROOT / "schemas" / schema)]
    arguments += [str(number) for number in numbers]
    return subprocess.Popen(
        jvm.command(classpath, "Load", arguments, heap="512m"), stdout=subprocess.PIPE, text=True
    )


def finish(producer: subprocess.Popen[str]) -> Pace:
    """Waits for the producer's end.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    output, _ = producer.communicate()
    if producer.returncode != 0:
        raise subprocess.CalledProcessError(producer.returncode, producer.args, output)
    return Pace(**json.loads(output.splitlines()[-1]))
