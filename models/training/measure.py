"""Metrics of a finished graph on every part that has labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models.card import Metrics
from models.metrics.operating import at_threshold
from models.metrics.ranking import auprc, auroc
from models.runtime import CPU, Session
from models.training.definition import TrainingDefinition
from models.training.finish import Finished, scores_of
from models.training.given import Given
from models.training.parts import Parts, name_of
from models.windows import Floats, Windows


def measure_all(
    definition: TrainingDefinition,
    sources: Sequence[Given],
    parts: Parts,
    finished: Finished,
    file: Path,
) -> dict[str, Metrics]:
    """Metrics of validation and test windows by the part's name.

    Args:
        definition: the training file's content.
        sources: their names are in those of the parts.
        parts: the windows.
        finished: scores the sources' windows.
        file: the exported graph, which scores the target's; they are left out where they have no
            labels or those of one kind.

    Raises:
        EvaluationError: when a source's windows are all of one kind.
    """
    interval, threshold = definition.window.interval_seconds, finished.threshold.value
    found = {}
    for number, given in enumerate(sources):
        for part, windows in (
            ("validation", parts.domains.validation[number]),
            ("test", parts.source_tests[number]),
        ):
            scores = scores_of(finished.graph, windows.values, number)
            found[name_of(given, sources, part)] = measure(scores, windows, threshold, interval)
    if parts.target_test is not None:
        windows = parts.target_test.known
        if len(windows) and 0 < windows.prevalence < 1:
            numbers = finished.graph.numbers(finished.graph.network.target)
            scores = Session(file, [CPU]).run(windows.values, numbers)[:, 0]
            found["target_test"] = measure(scores, windows, threshold, interval)
    return found


def measure(scores: Floats, windows: Windows, threshold: float, interval_seconds: float) -> Metrics:
    """Metrics of one domain's windows for a card.

    Args:
        scores: float32 [count].
        windows: with both kinds of labels among them.
        threshold: score from which a window is called anomalous.
        interval_seconds: between two samples.

    Raises:
        EvaluationError: when all windows are of one kind.
    """
    wide, seconds = scores.astype(float), windows.last * interval_seconds
    found = at_threshold(wide, windows.anomalous, windows.groups, seconds, threshold)
    return Metrics(
        windows=len(scores),
        prevalence=_round(windows.prevalence),
        auroc=_round(auroc(wide, windows.anomalous)),
        auprc=_round(auprc(wide, windows.anomalous)),
        f1=_round(found.f1),
        false_positive_rate=_round(found.false_positive_rate),
        recall=_round(found.recall),
    )


def _round(value: float) -> float:
    return round(float(value), 4)
