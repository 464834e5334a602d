"""Windows a second that are scored in one slot with one thread of ONNX Runtime.

Measured in turns, so that a busy machine is busy for all: ONNX Runtime alone, given whole batches
as arrays; `Scorer.score`, from the bytes of a frame to the bytes of a frame; and the whole job on
a real broker and cluster, from readings in a topic to scores that were decided on, each reading
cutting a window.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import onnxruntime

from benchmarks import report, scoring_job
from benchmarks.arguments import command
from benchmarks.stack import bench_stack
from models.card import MODEL_FILE
from models.frames import Floats, WindowFrame, encode_windows
from models.generator import SOURCE, make_session
from models.scorer import Scorer
from models.training.generated import series_of
from models.windows import cut

# As long as the match records that travel with windows.
CONTEXT_BYTES = 1500


@dataclass(frozen=True)
class Setup:
    """What a measure gets.

    Attributes:
        model: folder of the model.
        windows: float32 [batch, channels, length].
        seconds: that a measure runs, after its warm-up.
    """

    model: Path
    windows: Floats
    seconds: float


def runtime_alone(setup: Setup) -> float:
    """ONNX Runtime with one thread on the CPU, the whole batch at once."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        setup.model / MODEL_FILE, options, providers=["CPUExecutionProvider"]
    )
    return _rate(lambda: session.run(None, {"window": setup.windows}), setup)


def scorer_on_frames(setup: Setup) -> float:
    """The scorer that the job calls, bytes to bytes."""
    scorer = Scorer(setup.model, providers=["CPUExecutionProvider"])
    context = b"c" * CONTEXT_BYTES
    frame = encode_windows(WindowFrame(setup.windows, (context,) * len(setup.windows)))
    return _rate(lambda: scorer.score(frame), setup)


PEER = "ONNX Runtime alone"
Measure = Callable[[Setup], float]
MEASURES: dict[str, Measure] = {PEER: runtime_alone, "scorer on frames": scorer_on_frames}


def _rate(call: Callable[[], object], setup: Setup) -> float:
    """Windows a second of calls that each score the batch."""
    for _ in range(5):
        call()
    calls, begun = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - begun) < setup.seconds:
        call()
        calls += 1
    return calls * len(setup.windows) / elapsed


def measure(setup: Setup, runs: int, measures: Mapping[str, Measure]) -> list[report.Case]:
    """Runs all measures in turns; a case each, the later ones beside the first."""
    rates: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(runs):
        for name, rate in measures.items():
            rates[name].append(rate(setup))
    batch = f"batches of {len(setup.windows)}"
    return [
        report.Case(
            f"{name}, {batch}",
            "throughput",
            "windows/s",
            found,
            peer=None if name == PEER else PEER,
            peer_runs=[] if name == PEER else rates[PEER],
        )
        for name, found in rates.items()
    ]


def main() -> None:
    """Measures and writes build/bench/scoring.json."""
    parser = command(__doc__, "python -m benchmarks.scoring --batch 64")
    parser.add_argument("--model", type=Path, default=report.ROOT / "registry" / "cobot" / "1")
    parser.add_argument("--batch", type=int, default=64, help="windows of a batch")
    parser.add_argument("--runs", type=int, default=5, help="turns of every measure")
    parser.add_argument("--seconds", type=float, default=2.0, help="of one measure in one turn")
    parser.add_argument(
        "--readings", type=int, default=100_000, help="backlog of the job; 0 leaves the job out"
    )
    options = parser.parse_args()
    if options.batch < 1 or options.runs < 1 or options.seconds <= 0:
        parser.error("--batch, --runs and --seconds must be above 0")
    length = Scorer(options.model).card.length
    session = make_session(SOURCE, options.batch + length - 1, seed=1)
    windows = cut(series_of(session, "benchmark"), length, stride=1).values
    setup = Setup(options.model, windows, options.seconds)
    with ExitStack() as running:
        measures = dict(MEASURES)
        if options.readings:
            stack = running.enter_context(bench_stack())
            scoring_job.fill(stack, options.readings)
            scoring_job.through_the_job(stack, options.model, options.readings, "warm_up")
            runs = count()
            measures["through the job, one slot"] = lambda setup: scoring_job.through_the_job(
                stack, setup.model, options.readings, f"scoring_{next(runs)}"
            )
        cases = measure(setup, options.runs, measures)
    for case in cases:
        found = case.document()
        ratio = "" if found["ratio"] is None else f", {found['ratio']:.2f} x {case.peer}"
        print(f"{case.case}: {found['value']:,.0f} {case.unit}{ratio}")
    print(report.write("scoring", cases))


if __name__ == "__main__":
    main()
