"""UCI HAR: activities of one subject from the labels of another, in AdaTime's protocol.

Macro-F1 on the target's test windows, the mean over pairs and its deviation over seeds, beside
random and constant predictions and the baselines that cost nothing: statistics of the target.
docs/benchmarks.md says how a method is declared to beat them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from benchmarks.arguments import command
from benchmarks.learned import learnt, methods_of
from benchmarks.report import FOLDER, ROOT
from benchmarks.runs import Key, Runs
from benchmarks.tables import finish, markdown, spread
from benchmarks.ucihar_data import PAIRS, Pair, read, shared_halves
from benchmarks.ucihar_recipes import RECIPES, definition
from models.adaptation.domains import Domains
from models.metrics.bootstrap import interval
from models.networks.network import judge
from models.windows import Doubles, Ints
from tidegate.errors import TidegateError

# Statistics of the target and nothing else: what a loss has to beat.
FREE = (
    "source_only",
    "per_domain_normalisation",
    "adabn",
    "shared_batch_norm",
    "domain_specific_batch_norm",
)
GUESSES = ("random", "constant")
TARGET_ONLY = "target_only"
# The best of auto's candidates by the target's test labels: what a perfect choice would give.
ORACLE = "oracle"
DEFAULT = "source_only,per_domain_normalisation,shared_batch_norm,dann,mmd,coral,target_only"
QUICK = "source_only,per_domain_normalisation,shared_batch_norm,dann"
# Of --quick, which says that the machinery works.
QUICK_PAIRS, QUICK_EPOCHS = 3, 10


@dataclass(frozen=True)
class Asked:
    """What is the same for all runs."""

    data: Path
    recipe: str
    epochs: int
    auto: Mapping[str, Any]


def run(asked: Asked, pair: Pair, method: str, seed: int) -> dict[str, Any]:
    """Trains on a pair and measures on the target's test windows."""
    target, begun = read(asked.data, pair.target, "train"), time.process_time()
    test = read(asked.data, pair.target, "test")
    settings = {method: {**asked.auto, "oracle": True} if method == "auto" else {}}
    if method == TARGET_ONLY:
        # Its own labels: the ceiling, no adaptation.
        domains = Domains.without_target((target,), (target,))
        settings = {"source_only": {}}
    else:
        source = read(asked.data, pair.source, "train")
        validation = read(asked.data, pair.source, "test")
        domains = Domains((source,), (validation,), target.unlabelled)
    found = learnt(definition(asked.recipe, settings, seed, asked.epochs), domains, test)
    network = found.trained.network
    predicted = judge(network, test.values, network.target).logits.argmax(axis=1)
    return {
        "macro_f1": _macro(test.labels, predicted),
        "cpu_seconds": round(time.process_time() - begun, 1),
        "taken": found.method.name,
        "oracle": found.selection.get("oracle"),
    }


def table(
    done: Mapping[Key, float], methods: Sequence[str], pairs: Sequence[Pair], seeds: Sequence[int]
) -> str:
    """All pairs of every method, mean and deviation; macro-F1 in per cent."""
    means = {
        method: [float(np.mean([done[Key(str(p), method, s)] for p in pairs])) for s in seeds]
        for method in methods
    }
    free = [float(np.mean(means[name])) for name in FREE if name in means]
    rows = []
    for method in methods:
        by_pair = [[100 * done[Key(str(pair), method, seed)] for seed in seeds] for pair in pairs]
        over = np.array([np.mean(each) for each in by_pair])
        limits = ""
        if len(pairs) > 1:
            found = interval(partial(_mean, over), np.arange(len(pairs), dtype=np.int64), seed=0)
            limits = f"{found.low:.1f} to {found.high:.1f}"
        beaten = (
            not free or method in (*FREE, *GUESSES, ORACLE) or np.mean(means[method]) > max(free)
        )
        rows.append(
            [
                f"{method}{'' if beaten else ' (does not beat the free baselines)'}",
                *(spread(each) for each in by_pair),
                spread([100 * mean for mean in means[method]]),
                limits,
            ]
        )
    return markdown(("method", *map(str, pairs), "mean", "95 % over pairs"), rows)


def guesses(asked: Asked, pairs: Sequence[Pair], seeds: Sequence[int]) -> dict[Key, float]:
    """Random and constant predictions; the constant one is the source's most frequent class."""
    found = {}
    for pair in pairs:
        source, test = read(asked.data, pair.source, "train"), read(asked.data, pair.target, "test")
        counts = np.bincount(source.labels)
        for seed in seeds:
            random = np.random.default_rng(seed).integers(len(counts), size=len(test))
            constant = np.full(len(test), counts.argmax())
            found[Key(str(pair), "random", seed)] = _macro(test.labels, random)
            found[Key(str(pair), "constant", seed)] = _macro(test.labels, constant)
    return found


def measured(
    asked: Asked, runs: Runs, methods: Sequence[str], pairs: Sequence[Pair], seeds: Sequence[int]
) -> dict[Key, float]:
    """Macro-F1 of all runs; those that are not done yet are run, a whole seed first.

    The first candidate that auto trains of a method is that method's own run: it is not run twice.
    """
    done = {}
    auto_first = sorted(methods, key=lambda method: method != "auto")
    for seed, method, pair in product(seeds, auto_first, pairs):
        key = Key(str(pair), method, seed)
        known = key in runs
        values = runs.value(key, partial(run, asked, pair, method, seed))
        done[key] = values["macro_f1"]
        if method == "auto":
            done[Key(str(pair), ORACLE, seed)] = values["oracle"]["value"]
            for each in values["oracle"]["candidates"]:
                if each["trial"] == 0:
                    own = {"macro_f1": each["value"], "trained_by": "auto"}
                    runs.value(Key(str(pair), each["method"], seed), partial(dict, own))
        if not known:
            print(f"{key}: {100 * done[key]:.1f}", flush=True)
    return done


def leak(asked: Asked, pairs: Sequence[Pair]) -> str:
    """What the protocol's division shares between training and test, in words."""
    subjects = sorted({pair.target for pair in pairs})
    tests = {each: read(asked.data, each, "test") for each in subjects}
    shared = sum(shared_halves(read(asked.data, s, "train"), w) for s, w in tests.items())
    windows = sum(map(len, tests.values()))
    return (
        f"{shared} of {windows} test windows share half of their samples with an unlabelled "
        "training window of their subject: the protocol's division, used as published."
    )


def main() -> None:
    """Makes the table."""
    parser = command(
        __doc__, "python -m benchmarks.ucihar --pairs 2-11,6-23 --methods dann --seeds 0,1"
    )
    shared = ROOT.parent / "shared" / "data" / "ucihar"
    parser.add_argument("--data", type=Path, default=shared, help="folder of the subjects' files")
    parser.add_argument("--pairs", default=PAIRS, help="source-target, with commas between")
    parser.add_argument("--methods", help=f"of models.adaptation, {TARGET_ONLY}, auto ({DEFAULT})")
    parser.add_argument("--seeds", default="0", help="three or more for a figure")
    parser.add_argument("--recipe", default="plain", choices=RECIPES, help="the same for all")
    parser.add_argument("--epochs", type=int, help="in the place of the recipe's")
    parser.add_argument(
        "--trials", type=int, default=9, help="of auto, of all its methods together"
    )
    parser.add_argument("--auto", default=None, help="methods among which auto takes one")
    parser.add_argument("--quick", action="store_true", help="3 pairs, 10 epochs: no figures")
    parser.add_argument("--out", type=Path, default=FOLDER / "ucihar.md", help="for the table")
    options = parser.parse_args()
    asked_for = options.methods or (QUICK if options.quick else DEFAULT)
    methods = methods_of(parser, asked_for, TARGET_ONLY, "auto")
    try:
        pairs = [Pair.read(each) for each in options.pairs.split(",")]
        seeds = [int(each) for each in options.seeds.split(",")]
    except ValueError as error:
        parser.error(f"--pairs and --seeds: {error}; expected such as 2-11,6-23 and 0,1,2")
    epochs: int = options.epochs or RECIPES[options.recipe]["training"]["epochs"]
    if options.quick:
        pairs, epochs = pairs[:QUICK_PAIRS], options.epochs or QUICK_EPOCHS
    auto = {"trials": options.trials, "methods": options.auto.split(",") if options.auto else []}
    asked = Asked(options.data, options.recipe, epochs, auto)
    oracle = [ORACLE] if "auto" in methods else []
    settings = {"recipe": asked.recipe, "epochs": epochs}
    settings |= {"auto": auto} if "auto" in methods else {}
    try:
        runs = Runs(options.out.with_suffix(".jsonl"), settings)
        done = guesses(asked, pairs, seeds) | measured(asked, runs, methods, pairs, seeds)
        finish(
            f"UCI HAR, macro-F1 in per cent; recipe {asked.recipe}, "
            f"{epochs} epochs, seeds {options.seeds}; ± is the deviation over seeds\n\n"
            f"{table(done, [*GUESSES, *methods, *oracle], pairs, seeds)}\n\n"
            f"{leak(asked, pairs)}",
            options.out,
        )
    except TidegateError as error:
        parser.exit(1, f"benchmarks.ucihar: {error}\n")


def _macro(labels: Ints, predicted: Ints) -> float:
    return float(f1_score(labels, predicted, average="macro"))


def _mean(values: Doubles, rows: Ints) -> float:
    return float(values[rows].mean())


if __name__ == "__main__":
    main()
