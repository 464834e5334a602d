"""UR3: stops and lost grips in the later part of a session, from the labels of its earlier part.

Of the rows the first 55 % are the source, 15 % the target without labels, and the last 30 % are
measured on. A protective stop shows in current and speed in the same second, so this is
now-casting: it says that a stop is seen, not that it is foreseen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from benchmarks.arguments import command
from benchmarks.learned import definition_of, methods_of, network_of
from benchmarks.report import FOLDER, ROOT
from benchmarks.runs import Key, Runs
from benchmarks.tables import finish, markdown, spread
from benchmarks.ur3_data import CHANNELS, LABELS, LENGTH, STRIDE, read
from models.adaptation.domains import Domains
from models.deviation.regime import of_majority, of_normal
from models.metrics.baselines import clock_centre, clock_scores, constant_scores, random_scores
from models.metrics.ranking import auprc, auroc
from models.networks.network import judge
from models.windows import NORMAL, Doubles, Floats, Windows, cut
from models.windows.splits import by_time, check_leakage
from tidegate.errors import TidegateError

SHARES = {"training": 0.35, "validation": 0.2, "target": 0.15, "test": 0.3}
DEFAULT = "source_only,per_domain_normalisation,adabn,coral,mcc"
# Temperatures rise through the session: they tell the time.
SEEN = [at for at, name in enumerate(CHANNELS) if not name.startswith("Temperature")]


@dataclass(frozen=True)
class Parts:
    """Windows of the four parts of the session, none of which share a row."""

    training: Windows
    validation: Windows
    target: Windows
    test: Windows

    @staticmethod
    def read(file: Path, label: str) -> Parts:
        """Cuts the session by time; temperatures are left out."""
        session = read(file, label)
        parts = by_time([session], SHARES, gap=LENGTH)
        windows = {name: cut(series[0], LENGTH, STRIDE) for name, series in parts.items()}
        check_leakage(windows)
        return Parts(**windows)


def seen(windows: Windows) -> Floats:
    """Without the temperatures, float32 [count, channels, length]."""
    return np.ascontiguousarray(windows.values[:, SEEN])


def free(parts: Parts) -> Mapping[str, Doubles]:
    """Scores of the test windows that no network was trained for."""
    test = parts.test
    normal = of_normal(seen(parts.training)[~parts.training.anomalous])
    centre = clock_centre(test.first, test.anomalous)
    return {
        "random": random_scores(len(test), seed=0),
        "constant": constant_scores(len(test)),
        "clock (its centre is an oracle)": clock_scores(test.first, centre),
        "deviation from the source's normal": normal.scores(seen(test)),
        "deviation from the target's majority": of_majority(seen(parts.target)).scores(seen(test)),
        "forest on window statistics": _forest(parts),
    }


def run(parts: Parts, method: str, seed: int, epochs: int) -> dict[str, float]:
    """Metrics of a network on the test windows."""
    definition = definition_of(
        "ur3",
        window={"channels": {CHANNELS[at]: "1" for at in SEEN}, "length": LENGTH},
        network={"encoder": "cnn", "options": {"widths": [32, 64, 64]}, "decoder": None},
        method={method: {}},
        training={"epochs": epochs, "batch": 32, "seed": seed, "balance": "weights"},
    )
    domains = Domains(
        (_without_clocks(parts.training),),
        (_without_clocks(parts.validation),),
        _without_clocks(parts.target).unlabelled,
    )
    network = network_of(definition, domains)
    logits = judge(network, seen(parts.test), network.target).logits.astype(np.float64)
    return measured(logits[:, 1] - logits[:, NORMAL], parts.test)


def measured(scores: Doubles, test: Windows) -> dict[str, float]:
    """AUROC and AUPRC."""
    return {"auroc": auroc(scores, test.anomalous), "auprc": auprc(scores, test.anomalous)}


def main() -> None:
    """Makes a table for each label."""
    parser = command(__doc__, "python -m benchmarks.ur3 --seeds 0,1,2")
    shared = ROOT.parent / "shared" / "data" / "ur3_cobotops" / "session.csv"
    parser.add_argument("--data", type=Path, default=shared, help="the session's file")
    parser.add_argument("--methods", default=DEFAULT, help="of models.adaptation")
    parser.add_argument("--seeds", default="0", help="of the trainings")
    parser.add_argument("--epochs", type=int, default=20, help="of a training")
    parser.add_argument("--out", type=Path, default=FOLDER / "ur3.md", help="for the tables")
    options = parser.parse_args()
    methods = methods_of(parser, options.methods)
    seeds = [int(each) for each in options.seeds.split(",")]
    try:
        runs = Runs(options.out.with_suffix(".jsonl"), {"epochs": options.epochs})
        tables = []
        for label in LABELS:
            parts = Parts.read(options.data, label)
            rows = {name: [measured(each, parts.test)] for name, each in free(parts).items()}
            best = max(found[0]["auroc"] for found in rows.values())
            for method in methods:
                make: Callable[[int], Callable[[], dict[str, float]]] = partial(
                    _later, parts, method, options.epochs
                )
                found = [runs.value(Key(label, method, seed), make(seed)) for seed in seeds]
                beaten = np.mean([each["auroc"] for each in found]) > best
                note = "" if beaten else " (does not beat what is untrained and the forest)"
                rows[f"network, {method}{note}"] = found
            lines = [
                [name, *(spread([each[key] for each in found], 3) for key in ("auroc", "auprc"))]
                for name, found in rows.items()
            ]
            about = f"{label}: {len(parts.test)} windows, prevalence {parts.test.prevalence:.3f}"
            tables.append(f"{about}\n\n{markdown(('score', 'AUROC', 'AUPRC'), lines)}")
        text = f"UR3, networks: {options.epochs} epochs, seeds {options.seeds}"
        finish("\n\n".join([text, *tables]), options.out)
    except TidegateError as error:
        parser.exit(1, f"benchmarks.ur3: {error}\n")


def _later(parts: Parts, method: str, epochs: int, seed: int) -> Callable[[], dict[str, float]]:
    return partial(run, parts, method, seed, epochs)


def _forest(parts: Parts) -> Doubles:
    """Probabilities of a forest on the statistics of labelled windows of the source."""
    forest = RandomForestClassifier(300, class_weight="balanced", random_state=0)
    forest.fit(_statistics(parts.training), parts.training.anomalous)
    found: Doubles = forest.predict_proba(_statistics(parts.test))[:, 1]
    return found


def _statistics(windows: Windows) -> Floats:
    values = seen(windows)
    each = [values.mean(2), values.std(2), values.min(2), values.max(2), values[:, :, -1]]
    return np.concatenate(each, axis=1)


def _without_clocks(windows: Windows) -> Windows:
    return Windows(
        seen(windows), windows.groups, windows.names, windows.first, windows.last, windows.labels
    )


if __name__ == "__main__":
    main()
