"""The spec's sandbox: what another machine costs a model, and what adaptation gives back.

AUROC on the source's test recordings, on the target's before (`source_only`) and after adaptation;
the target's labels are looked at for these figures alone. It says that the machinery works, not how
a real machine fares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.arguments import command
from benchmarks.learned import definition_of, methods_of
from benchmarks.report import FOLDER
from benchmarks.runs import Key, Runs
from benchmarks.tables import finish, markdown, spread
from benchmarks.two_domains_data import (
    CHANNELS,
    LENGTH,
    SOURCE,
    STRIDE,
    TARGET,
    record,
)
from models.metrics.baselines import clock_centre, clock_scores, constant_scores, random_scores
from models.metrics.ranking import auprc, auroc
from models.training.definition import TrainingDefinition
from models.training.finish import finish as finished
from models.training.finish import scores_of
from models.training.given import Given
from models.training.learn import learn
from models.training.parts import Parts, cut_series, divide
from models.windows import Doubles
from tidegate.errors import TidegateError

BEFORE = "source_only"
DEFAULT = f"{BEFORE},per_domain_normalisation,adabn,coral,mmd,dann"
ENOUGH = 0.90
HEAD = ("method", "source AUROC", "target AUROC", "target AUPRC", "target FPR")


@dataclass(frozen=True)
class Asked:
    """What is the same for all runs."""

    recordings: int
    samples: int
    epochs: int
    tests: int
    derived: str


def definition(asked: Asked, method: str, seed: int) -> TrainingDefinition:
    """The spec's network and windows, narrower, with a method."""
    return definition_of(
        "two_domains",
        window={
            "channels": dict.fromkeys(CHANNELS, "1"),
            "length": LENGTH,
            "stride": STRIDE,
            "features": [] if asked.derived == "none" else [{asked.derived: {}}],
        },
        network={
            "encoder": "cnn_bilstm",
            "options": {"widths": [16, 32, 64], "hidden": 32, "latent": 64},
            "decoder": {"hidden": 32, "widths": [32, 16]},
        },
        method={method: {}},
        training={"epochs": asked.epochs, "batch": 32, "seed": seed, "annealing": "cosine"},
    )


def parts_of(asked: Asked) -> Parts:
    """Windows of both machines, measured on recordings that are made for nothing else."""
    chosen = definition(asked, BEFORE, seed=0)
    given = [
        Given(
            chosen.sources[0].model_copy(update={"name": name}),
            [record(machine, asked.samples, first + at) for at in range(asked.recordings)],
        )
        for name, machine, first in (("source", SOURCE, 0), ("target", TARGET, 1000))
    ]
    source, target = (
        cut_series(
            [record(machine, asked.samples, first + at) for at in range(asked.tests)], chosen.window
        )
        for machine, first in ((SOURCE, 2000), (TARGET, 3000))
    )
    parts = divide(chosen, given[:1], given[1])
    return replace(parts, source_tests=(source,), target_test=target)


def run(asked: Asked, method: str, seed: int, parts: Parts) -> dict[str, Any]:
    """Trains, and measures whole scores on test sessions of both brands."""
    chosen = definition(asked, method, seed)
    network = learn(chosen, parts).trained.network
    graph = finished(chosen, network, parts)
    source, target = parts.source_tests[0], _test(parts)
    on_source = scores_of(graph.graph, source.values, 0).astype(float)
    on_target = scores_of(graph.graph, target.values, network.target).astype(float)
    normal = ~target.anomalous
    return {
        "source": auroc(on_source, source.anomalous),
        "target": auroc(on_target, target.anomalous),
        "auprc": auprc(on_target, target.anomalous),
        "fpr": float((on_target[normal] >= graph.threshold.value).mean()),
    }


def free(parts: Parts) -> list[list[str]]:
    """Lines of scores that look at no sensor; the clock's centre is an oracle."""
    target = _test(parts)
    centre = clock_centre(target.first, target.anomalous)
    scores: dict[str, Doubles] = {
        "random": random_scores(len(target), seed=0),
        "constant": constant_scores(len(target)),
        "clock (its centre is an oracle)": clock_scores(target.first, centre),
    }
    return [
        [
            name,
            "",
            f"{auroc(each, target.anomalous):.3f}",
            f"{auprc(each, target.anomalous):.3f}",
            "",
        ]
        for name, each in scores.items()
    ]


def line_of(method: str, runs: Sequence[dict[str, float]]) -> list[str]:
    """A method's line over its seeds."""
    name = f"{method} (before)" if method == BEFORE else method
    columns = ("source", "target", "auprc", "fpr")
    return [name, *(spread([each[column] for each in runs], 3) for column in columns)]


def main() -> None:
    """Makes the table."""
    parser = command(__doc__, "python -m benchmarks.two_domains --methods source_only,coral")
    parser.add_argument("--methods", default=DEFAULT, help="of models.adaptation")
    parser.add_argument("--seeds", default="0", help="of the trainings")
    parser.add_argument("--recordings", type=int, default=12, help="of each machine to train on")
    parser.add_argument("--tests", type=int, default=20, help="recordings of each to measure on")
    parser.add_argument(
        "--derived", default="activity", help="kind of channels beside the raw ones, or none"
    )
    parser.add_argument("--samples", type=int, default=4000, help="of a recording")
    parser.add_argument("--epochs", type=int, default=12, help="of a training")
    parser.add_argument("--out", type=Path, default=FOLDER / "two_domains.md", help="for the table")
    options = parser.parse_args()
    methods = methods_of(parser, options.methods)
    asked = Asked(
        options.recordings, options.samples, options.epochs, options.tests, options.derived
    )
    try:
        runs, parts = Runs(options.out.with_suffix(".jsonl"), vars(asked)), parts_of(asked)
        lines, after = free(parts), {}
        for method in methods:
            found = [
                runs.value(
                    Key("two_domains", method, seed), partial(run, asked, method, seed, parts)
                )
                for seed in map(int, options.seeds.split(","))
            ]
            after[method] = float(np.mean([each["target"] for each in found]))
            lines.append(line_of(method, found))
            print(f"{method}: target AUROC {after[method]:.3f}", flush=True)
        reached = [name for name, value in after.items() if name != BEFORE and value >= ENOUGH]
        target = _test(parts)
        finish(
            f"Two machines, {asked.recordings} recordings of {asked.samples} samples of each, "
            f"{asked.epochs} epochs, seeds {options.seeds}, derived channels: "
            f"{asked.derived}; {len(target)} test windows of the target, prevalence "
            f"{target.prevalence:.3f}\n\n{markdown(HEAD, lines)}\n\n"
            f"Target after adaptation at least {ENOUGH:.2f}: {', '.join(reached) or 'none'}.",
            options.out,
        )
    except TidegateError as error:
        parser.exit(1, f"benchmarks.two_domains: {error}\n")


def _test(parts: Parts) -> Any:
    assert parts.target_test is not None
    return parts.target_test


if __name__ == "__main__":
    main()
