"""Tables of SKAB's scores: rankings, what was chosen where, operating points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks import skab_scores as own
from benchmarks.skab_scores import Data, Scored
from benchmarks.tables import markdown
from models.deviation.gated import Gate
from models.deviation.release import Release
from models.metrics.bootstrap import interval
from models.metrics.operating import at_threshold
from models.metrics.ranking import auprc, auroc
from models.scoring.threshold import at_percentile
from models.windows import Bools, Ints

LATE = 400  # Anomalies lie late in every file; from here on the clock alone is worth less.
# Files of the target that were looked at while methods were made; the others only confirm.
DEVELOPED = 4
ROWS, SHARE, GATE, RELEASE = 400, 0.6, Gate(widest=1.5), Release()
Make = Callable[[Data, float], Scored]
SETTINGS: Sequence[tuple[str, Make, Sequence[float]]] = (
    ("start-up rows", lambda data, rows: own.start_up(data, int(rows)), (200, 300, 400)),
    (
        "share of the level at release",
        lambda data, share: own.with_release(own.start_up(data, ROWS), data, Release(share)),
        (0.3, 0.5, 0.7, 1.0),
    ),
    ("share of the majority", own.majority, (0.4, 0.5, 0.6, 0.7)),
    (
        "widest of the gate",
        lambda data, widest: own.gated(data, Gate(widest=widest)),
        (1.0, 1.5, 2.0, 3.0),
    ),
)
HEAD = (
    "score",
    "AUROC (95 % over files)",
    "AUPRC",
    "AUROC, calibration left out",
    "of it files 1, 3, 4, 5",
    "of it files 6 to 9",
    "AUROC after row 400",
    "AUPRC after row 400",
)


@dataclass(frozen=True)
class Figures:
    """Metrics of a score; NaN where its windows cannot be ranked."""

    auroc: float
    auprc: float
    left_out: float
    developed: float
    confirmed: float
    late_auroc: float
    late_auprc: float

    @staticmethod
    def of(scored: Scored, data: Data) -> Figures:
        """Of all windows, those no calibration has seen (of some files too), those after row 400.

        A calibration that may take any window has none left out; of some files all count then.
        """
        windows, late = data.windows, data.windows.first >= LATE
        everything = np.ones(len(windows), bool)
        developed = windows.groups < DEVELOPED
        unseen = everything if scored.seen.all() else ~scored.seen

        def of(metric: Callable[..., float], rows: Bools) -> float:
            if len(np.unique(windows.anomalous[rows])) < 2:
                return float("nan")
            return metric(scored.scores[rows], windows.anomalous[rows])

        return Figures(
            of(auroc, everything),
            of(auprc, everything),
            of(auroc, ~scored.seen),
            of(auroc, unseen & developed),
            of(auroc, unseen & ~developed),
            of(auroc, late),
            of(auprc, late),
        )


def row_of(name: str, scored: Scored, data: Data) -> list[str]:
    """A score's line of the table."""
    figures = Figures.of(scored, data)

    def metric(rows: Ints) -> float:
        return auroc(scored.scores[rows], data.windows.anomalous[rows])

    found = interval(metric, data.windows.groups, seed=0)
    values = list(vars(figures).values())
    return [
        name,
        f"{figures.auroc:.3f} ({found.low:.2f} to {found.high:.2f})",
        *("" if np.isnan(value) else f"{value:.3f}" for value in values[1:]),
    ]


def choosing(source: Data, target: Data) -> str:
    """Settings chosen on some labelled files, and confirmed on others; calibration left out."""
    developed = target.windows.groups < DEVELOPED
    all_of = np.ones(len(source.windows), bool), np.ones(len(target.windows), bool)
    names = "first four files of the target", "the others"
    splits = [
        ("files of the source", source, all_of[0], "all files of the target", all_of[1]),
        (names[0], target, developed, names[1], ~developed),
        (names[1], target, ~developed, names[0], developed),
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
    if not scored.seen.all():
        rows = rows & ~scored.seen
    return auroc(scored.scores[rows], data.windows.anomalous[rows])


def operating(source: Data, data: Data, rows: int, percentile: float) -> str:
    """What thresholds make of the windows for which no label of the target has been looked at."""
    found = own.with_release(own.start_up(data, rows), data, RELEASE)
    other = own.with_release(own.start_up(source, rows), source, RELEASE)
    normal = other.scores[~other.seen & ~source.windows.anomalous]
    thresholds = {
        "the start-ups": own.start_up_scores(data, rows),
        "the source's normal windows": normal,
    }
    windows, lines = data.windows, []
    developed = windows.groups < DEVELOPED
    which = {
        "all": np.ones(len(windows), bool),
        "of files 1, 3, 4, 5": developed,
        "of files 6 to 9": ~developed,
        "calibration left out": ~found.seen,
    }
    for of, scores in thresholds.items():
        threshold = at_percentile(scores.astype(np.float32), percentile, of).value
        lines += [
            [of, name, *_operating(found, data, among, threshold)] for name, among in which.items()
        ]
    head = ("threshold from", "windows", "threshold", "F1", "precision", "recall", "FPR")
    return markdown((*head, "events found", "false alarms/h", "delay, s"), lines)


def _operating(scored: Scored, data: Data, which: Bools, threshold: float) -> list[str]:
    windows = data.windows
    # A file has a sample a second.
    seconds = windows.last[which].astype(np.float64)
    at = at_threshold(
        scored.scores[which], windows.anomalous[which], windows.groups[which], seconds, threshold
    )
    return [
        f"{threshold:.2f}",
        *(f"{each:.3f}" for each in (at.f1, at.precision, at.recall, at.false_positive_rate)),
        f"{at.event_recall:.2f}",
        f"{at.false_alarms_per_hour:.1f}",
        f"{at.delay_seconds:.0f}",
    ]
