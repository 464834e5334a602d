"""SKAB: anomalies of a pump on another valve's labels, beside scores that nothing is trained for.

What every table has: the clock, placebos that see no sensor worth the name, deviation from own
normal, and among learned methods those that do not beat it. docs/benchmarks.md says more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import skab_scores as own
from benchmarks.arguments import command
from benchmarks.learned import methods_of
from benchmarks.report import FOLDER, ROOT
from benchmarks.runs import Key, Runs
from benchmarks.skab_data import CLOCKS, read, windows_of
from benchmarks.skab_learned import scored
from benchmarks.skab_scores import Data, Scored
from benchmarks.skab_tables import (
    GATE,
    HEAD,
    RELEASE,
    ROWS,
    SHARE,
    Figures,
    choosing,
    operating,
    row_of,
)
from benchmarks.tables import finish, markdown, spread
from models.deviation.regime import WANDER
from tidegate.errors import TidegateError

LEARNED = "source_only,per_domain_normalisation,adabn,shared_batch_norm,coral,mmd,dann,mcc"


def read_data(folder: Path) -> Data:
    """A folder's files, their windows and their clocks."""
    series = read(folder)
    return Data(series, windows_of(series), read(folder, CLOCKS))


def untrained(data: Data, rows: int, seed: int) -> Mapping[str, Callable[[], Scored]]:
    """All scores that nothing is trained for."""
    temperatures, walk = own.placebo_clock(data, rows), own.placebo_walk(data, rows, seed)
    released = {
        f"own normal, first {count} rows, released": partial(
            _released, own.start_up(data, count), data
        )
        for count in sorted({200, 300, rows})
    }
    return {
        **own.baselines(data, rows, seed),
        "placebo: the two temperatures, released": lambda: _released(temperatures, data),
        "placebo: random walks, released": lambda: _released(walk, data),
        f"own normal, first {rows} rows, spread of samples alone": lambda: own.plain(data, rows),
        f"own normal, first {rows} rows": lambda: own.start_up(data, rows),
        **released,
        "own normal, majority regime": lambda: own.majority(data, SHARE),
        "own normal, majority of the rest of the file": lambda: own.majority_of_the_rest(
            data, SHARE
        ),
        "own normal, causal behind a gate": lambda: own.gated(data, GATE),
        "bound: the labels, but nothing of file 8 between its spikes": lambda: own.bound(
            data, seed
        ),
    }


def _released(scored: Scored, data: Data) -> Scored:
    return own.with_release(scored, data, RELEASE)


def learned_row(runs: list[Mapping[str, float]], name: str, baseline: float) -> list[str]:
    """A method's line, over its seeds."""
    metrics = [each.name for each in fields(Figures)]
    columns = [spread([run[metric] for run in runs], 3) for metric in metrics]
    beaten = np.mean([run["auroc"] for run in runs]) > baseline
    return [f"{name}{'' if beaten else ' (does not beat own normal)'}", *columns]


def main() -> None:
    """Makes the tables."""
    parser = command(
        __doc__, "python -m benchmarks.skab --source valve1 --target other --methods none"
    )
    shared = ROOT.parent / "shared" / "data" / "skab"
    parser.add_argument("--data", type=Path, default=shared, help="folder of the data set")
    parser.add_argument("--source", default="valve1", help="its folder with labels")
    parser.add_argument("--target", default="other", help="its folder without")
    parser.add_argument("--rows", type=int, default=ROWS, help="of a start-up")
    parser.add_argument("--percentile", type=float, default=95.0, help="5 %% false alarms intended")
    parser.add_argument("--methods", default=LEARNED, help="networks, or none")
    parser.add_argument("--seeds", default="0", help="of the networks")
    parser.add_argument("--epochs", type=int, default=20, help="of the networks")
    parser.add_argument("--out", type=Path, default=FOLDER / "skab.md", help="file for the tables")
    options = parser.parse_args()
    methods = [each for each in methods_of(parser, options.methods, "none") if each != "none"]
    try:
        source = read_data(options.data / options.source)
        target = read_data(options.data / options.target)
        rows = [
            row_of(name, make(), target)
            for name, make in untrained(target, options.rows, seed=0).items()
        ]
        baseline = Figures.of(own.plain(target, options.rows), target).auroc
        case = f"{options.source}-{options.target}"
        settings = {"epochs": options.epochs, "rows": options.rows, "wander": WANDER}
        done = Runs(options.out.with_suffix(".jsonl"), settings)
        for method in methods:
            runs: list[Mapping[str, float]] = []
            for seed in map(int, options.seeds.split(",")):

                def run(method: str = method, seed: int = seed) -> dict[str, float]:
                    found = scored(source, target, method, seed, options.epochs, options.rows)
                    return vars(Figures.of(found, target))

                runs.append(done.value(Key(case, method, seed), run))
            rows.append(learned_row(runs, f"network, {method}", baseline))
        windows = target.windows
        finish(
            f"{case}: {len(windows)} windows, prevalence {windows.prevalence:.3f}; networks: "
            f"{options.epochs} epochs, seeds {options.seeds}\n\n"
            f"{markdown(HEAD, rows)}\n\n{choosing(source, target)}\n\n"
            f"{operating(source, target, options.rows, options.percentile)}",
            options.out,
        )
    except TidegateError as error:
        parser.exit(1, f"benchmarks.skab: {error}\n")


if __name__ == "__main__":
    main()
