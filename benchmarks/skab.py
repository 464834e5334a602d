"""SKAB: anomalies of a pump on another valve's labels, beside scores that nothing is trained for.

What every table has: the clock, placebos that see no sensor worth the name, deviation from own
normal, and among learned methods those that do not beat it. docs/benchmarks.md says more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
from benchmarks.tables import finish, markdown, spread
from models.deviation.gated import Gate
from models.metrics.bootstrap import interval
from models.metrics.operating import at_threshold
from models.metrics.ranking import auprc, auroc
from models.windows import Bools, Ints
from tidegate.errors import TidegateError

LATE = 400  # Anomalies lie late in every file; from here on the clock alone is worth less.
Make = Callable[[Data, float], Scored]
SETTINGS: Sequence[tuple[str, Make, Sequence[float]]] = (
    ("start-up rows", lambda data, rows: own.start_up(data, int(rows)), (200, 300, 400)),
    ("share of the majority", own.majority, (0.3, 0.4, 0.5, 0.6)),
)
HEAD = (
    "score",
    "AUROC (95 % over files)",
    "AUPRC",
    "AUROC, calibration left out",
    "AUROC after row 400",
    "AUPRC after row 400",
)
LEARNED = "source_only,per_domain_normalisation,adabn,shared_batch_norm,coral,mmd,dann,mcc"


@dataclass(frozen=True)
class Figures:
    """Metrics of a score; NaN where its windows cannot be ranked."""

    auroc: float
    auprc: float
    left_out: float
    late_auroc: float
    late_auprc: float

    @staticmethod
    def of(scored: Scored, data: Data) -> Figures:
        """Of a score's windows: all, those no calibration has seen, those after row 400."""
        windows, late = data.windows, data.windows.first >= LATE
        everything = np.ones(len(windows), bool)

        def of(metric: Callable[..., float], rows: Bools) -> float:
            if not rows.any():
                return float("nan")
            return metric(scored.scores[rows], windows.anomalous[rows])

        return Figures(
            of(auroc, everything),
            of(auprc, everything),
            of(auroc, ~scored.seen),
            of(auroc, late),
            of(auprc, late),
        )


def read_data(folder: Path) -> Data:
    """A folder's files, their windows and their clocks."""
    series = read(folder)
    return Data(series, windows_of(series), read(folder, CLOCKS))


def row_of(name: str, scored: Scored, data: Data) -> list[str]:
    """A score's line of the table."""
    figures = Figures.of(scored, data)

    def metric(rows: Ints) -> float:
        return auroc(scored.scores[rows], data.windows.anomalous[rows])

    found = interval(metric, data.windows.groups, seed=0)
    return [
        name,
        f"{figures.auroc:.3f} ({found.low:.2f} to {found.high:.2f})",
        *(
            "" if np.isnan(value) else f"{value:.3f}"
            for value in (figures.auprc, figures.left_out, figures.late_auroc, figures.late_auprc)
        ),
    ]


def choosing(source: Data, target: Data) -> str:
    """Start-up rows and share, chosen on some labelled files and confirmed on others."""
    odd, even = (np.isin(target.windows.groups, range(at, len(target.series), 2)) for at in (0, 1))
    all_of = np.ones(len(source.windows), bool), np.ones(len(target.windows), bool)
    names = "first, third … file of the target", "second, fourth …"
    splits = [
        ("files of the source", source, all_of[0], "all files of the target", all_of[1]),
        (names[0], target, odd, names[1], even),
        (names[1], target, even, names[0], odd),
    ]
    rows = []
    for setting, make, values in SETTINGS:
        for chosen, data, within, confirmed, others in splits:
            found = {value: _auroc_on(make(data, value), data, within) for value in values}
            best = max(values, key=lambda value: found[value])
            on = _auroc_on(make(target, best), target, others)
            rows.append(
                [setting, chosen, f"{best:g}", f"{found[best]:.3f}", confirmed, f"{on:.3f}"]
            )
    return markdown(("setting", "chosen on", "value", "AUROC", "confirmed on", "AUROC"), rows)


def _auroc_on(scored: Scored, data: Data, rows: Bools) -> float:
    return auroc(scored.scores[rows], data.windows.anomalous[rows])


def operating(data: Data, rows: int, percentile: float) -> str:
    """What the start-up's own threshold makes of the windows; no label has been looked at."""
    found = own.start_up(data, rows)
    threshold = own.start_up_threshold(data, rows, percentile)
    windows, lines = data.windows, []
    for name, which in (
        ("all", np.ones(len(windows), bool)),
        ("calibration left out", ~found.seen),
    ):
        # A file has a sample a second.
        seconds = windows.last[which].astype(np.float64)
        at = at_threshold(
            found.scores[which],
            windows.anomalous[which],
            windows.groups[which],
            seconds,
            threshold,
        )
        lines.append(
            [
                name,
                f"{threshold:.2f}",
                *(f"{each:.3f}" for each in (at.f1, at.precision, at.recall)),
                f"{at.false_positive_rate:.3f}",
                f"{at.event_recall:.2f}",
                f"{at.false_alarms_per_hour:.1f}",
                f"{at.delay_seconds:.0f}",
            ]
        )
    head = ("windows", "threshold", "F1", "precision", "recall", "FPR", "events found")
    return markdown((*head, "false alarms/h", "delay, s"), lines)


def untrained(data: Data, rows: int, seed: int) -> Mapping[str, Callable[[], Scored]]:
    """All scores that nothing is trained for."""
    return {
        **own.baselines(data, rows, seed),
        f"own normal, first {rows} rows": lambda: own.start_up(data, rows),
        "own normal, majority regime": lambda: own.majority(data, 0.5),
        "own normal, majority of the rest of the file": lambda: own.majority_of_the_rest(data, 0.5),
        "own normal, causal behind a gate": lambda: own.gated(data, Gate()),
    }


def learned_row(runs: list[Mapping[str, float]], name: str, baseline: float) -> list[str]:
    """A method's line, over its seeds."""
    metrics = ("auroc", "auprc", "left_out", "late_auroc", "late_auprc")
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
    parser.add_argument("--rows", type=int, default=400, help="of a start-up")
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
        baseline = Figures.of(own.start_up(target, options.rows), target).auroc
        case = f"{options.source}-{options.target}"
        settings = {"epochs": options.epochs, "rows": options.rows}
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
            f"{operating(target, options.rows, options.percentile)}",
            options.out,
        )
    except TidegateError as error:
        parser.exit(1, f"benchmarks.skab: {error}\n")


if __name__ == "__main__":
    main()
