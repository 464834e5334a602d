"""The files that benchmarks write, and the table that the README shows of them.

`python -m benchmarks.report` prints the table; with `--readme FILE` it puts it between the file's
marks, so that no figure is copied by hand.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import psutil

from models.versions import commit

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "bench"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
DIGITS = 3


@dataclass(frozen=True)
class Case:
    """One figure.

    Attributes:
        case: name, as in the README's table.
        metric: what is measured, such as `throughput` or `latency`.
        unit: such as `events/s` or `ms`.
        runs: one value a run; the figure is their median.
        peer: what it is compared with, measured in the same run of the benchmark.
        peer_runs: the peer's values.
        direction: whether a larger or a smaller value is better.
        details: further numbers, such as the p50, p95 and p99 of a latency.
    """

    case: str
    metric: str
    unit: str
    runs: Sequence[float]
    peer: str | None = None
    peer_runs: Sequence[float] = ()
    direction: Literal["larger", "smaller"] = "larger"
    details: Mapping[str, float] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The case as it stands in the file; `ratio` is larger where ours is better."""
        value = statistics.median(self.runs)
        peer = statistics.median(self.peer_runs) if self.peer_runs else None
        ratio = None
        if peer is not None:
            better, worse = (value, peer) if self.direction == "larger" else (peer, value)
            ratio = better / worse if worse else None
        return {
            "case": self.case,
            "metric": self.metric,
            "value": value,
            "unit": self.unit,
            "direction": self.direction,
            "runs": list(self.runs),
            "peer": self.peer,
            "peer_value": peer,
            "peer_runs": list(self.peer_runs),
            "ratio": ratio,
            **({"details": dict(self.details)} if self.details else {}),
        }


def machine() -> dict[str, Any]:
    """Cores that this process may use, memory in GiB, and the processor's name."""
    return {
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "memory": round(psutil.virtual_memory().total / 2**30, 1),
        "cpu": _processor(),
    }


def write(benchmark: str, cases: Sequence[Case], folder: Path = FOLDER, keep: bool = False) -> Path:
    """Writes `NAME.json` and returns its path.

    With `keep`, figures of other cases stay in the file where they were made at the same commit on
    the same machine.

    Raises:
        ValueError: when there is no case, or one without a run: a benchmark on nothing.
    """
    empty = [case.case for case in cases if not case.runs]
    if empty or not cases:
        raise ValueError(f"benchmark {benchmark}: no runs of {', '.join(empty) or 'any case'}")
    document: dict[str, Any] = {
        "benchmark": benchmark,
        "commit": commit(),
        "machine": machine(),
        "cases": [case.document() for case in cases],
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{benchmark}.json"
    if keep and path.exists():
        document["cases"] = _others(json.loads(path.read_text()), document) + document["cases"]
    part = path.with_suffix(".part")
    part.write_text(json.dumps(document, indent=2) + "\n")
    part.replace(path)
    return path


def _others(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, Any]]:
    if (before["commit"], before["machine"]) != (now["commit"], now["machine"]):
        return []
    made = {case["case"] for case in now["cases"]}
    return [case for case in before["cases"] if case["case"] not in made]


def table(documents: Iterable[Mapping[str, Any]]) -> str:
    """Markdown table of the cases of several benchmark files, without a line break at its end."""
    lines = [
        "| benchmark | case | figure | peer in the same run | ratio |",
        "|---|---|---|---|---|",
    ]
    for document in documents:
        for case in document["cases"]:
            details = ", ".join(f"{k} {_number(v)}" for k, v in case.get("details", {}).items())
            figure = f"{_number(case['value'])} {case['unit']}" + (
                f" ({details})" if details else ""
            )
            peer = f"{case['peer']}: {_number(case['peer_value'])}" if case["peer_value"] else ""
            ratio = f"{case['ratio']:.2f}" if case["ratio"] is not None else ""
            lines.append(
                f"| `{document['benchmark']}` | {case['case']} | {figure} | {peer} | {ratio} |"
            )
    return "\n".join(lines)


def put_into(text: str, between: str, place: str) -> str:
    """The text with `between` put between its marks.

    Raises:
        ValueError: when the marks are not in the text once each, in order.
    """
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"{place}: expected the marks {BEGIN} and {END} once each, in this order")
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}\n{between}\n{END}{rest.partition(END)[2]}"


def main() -> None:
    """Prints the table, or puts it into a file."""
    parser = argparse.ArgumentParser(description=main.__doc__, epilog="python -m benchmarks.report")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="of the JSON files")
    parser.add_argument("--readme", type=Path, help="file between whose marks the table goes")
    options = parser.parse_args()
    files = sorted(options.folder.glob("*.json"))
    if not files:
        parser.error(f"{options.folder}: no *.json; make them with make bench")
    documents = [json.loads(file.read_text()) for file in files]
    text = f"{table(documents)}\n\n{_origins(documents)}"
    if options.readme is None:
        print(text)
        return
    try:
        options.readme.write_text(put_into(options.readme.read_text(), text, str(options.readme)))
    except (OSError, ValueError) as error:
        parser.error(str(error))


def _origins(documents: Sequence[Mapping[str, Any]]) -> str:
    """On which machines and at which commits the figures were made; usually one of each."""
    machines = {
        "{cores} cores of {cpu}, {memory} GiB".format(**document["machine"])
        for document in documents
    }
    commits = {document["commit"][:12] for document in documents}
    return f"Measured on {' and '.join(sorted(machines))}; commit {', '.join(sorted(commits))}."


def _number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{round(value, DIGITS - len(str(int(abs(value))))):,.0f}"
    return f"{value:.{DIGITS}g}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
