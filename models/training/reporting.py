"""The report of a training: the network on the sources, the exported file on the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from models.card import MODEL_FILE, Card
from models.networks.network import judge
from models.report.asked import asked_of, intended
from models.report.report import write_report
from models.report.scored import Before, Scored
from models.runtime import CPU, Session
from models.scorer import Scorer
from models.training.definition import TrainingDefinition
from models.training.finish import Finished, scores_of
from models.training.given import Given
from models.training.parts import Parts, domains_of_tests, name_of
from models.windows import Windows


def report_training(
    definition: TrainingDefinition,
    sources: Sequence[Given],
    parts: Parts,
    finished: Finished,
    card: Card,
    folder: Path,
    reference: Path | None = None,
) -> None:
    """Writes the report on the test windows beside the model.

    Args:
        definition: the training file's content.
        sources: their names are in those of the parts.
        parts: the windows.
        finished: scores a source's windows by that source's own numbers.
        card: of the exported file, which scores the target's.
        folder: of the model.
        reference: folder of another model to stand beside it, such as one without adaptation.

    Raises:
        EvaluationError: when a score is NaN.
    """
    scored = [
        _of_source(name_of(given, sources, "test"), finished, parts.source_tests[number], number)
        for number, given in enumerate(sources)
    ]
    if parts.target_test is not None:
        scored.append(_of_target(finished, parts.target_test, folder))
    name = ""
    if reference is not None:
        other = Scorer(reference, channels=definition.window.names)
        name = f"{other.card.name} {other.card.version}"
        keys = domains_of_tests(definition)
        scored = [
            replace(each, before=Before.of(other, each.windows, keys[each.part])) for each in scored
        ]
    asked = asked_of(definition.window)
    write_report(folder, card, scored, asked, intended(definition.score), name)


def _of_source(part: str, finished: Finished, windows: Windows, number: int) -> Scored:
    found = judge(finished.graph.network, windows.values, number)
    scores = scores_of(finished.graph, windows.values, number).astype(np.float64)
    return Scored(part, windows, scores, np.sqrt(found.error), found.latent)


def _of_target(finished: Finished, windows: Windows, folder: Path) -> Scored:
    session, network = Session(folder / MODEL_FILE, [CPU]), finished.graph.network
    found = session.run(windows.values, finished.graph.numbers(network.target))
    outputs = dict(zip(session.outputs, found.T, strict=True))
    latent = judge(network, windows.values, network.target).latent
    scores = outputs["score"].astype(np.float64)
    errors = outputs["reconstruction_error"]
    return Scored("target_test", windows, scores, errors, latent)
