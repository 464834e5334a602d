"""From a trained network to a scoring graph with its threshold; no label of the target counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from models.errors import TrainingError
from models.networks.network import Network, judge
from models.scoring.calibration import Calibration
from models.scoring.graph import ScoringGraph
from models.scoring.temperature import fit_temperature
from models.scoring.threshold import ChosenThreshold, at_false_alarms, at_percentile
from models.training.definition import TrainingDefinition
from models.training.matches import triggered_by
from models.training.parts import Parts
from models.windows import Floats

QUARTERS = 4


@dataclass(frozen=True)
class Finished:
    """A graph that can be exported.

    Attributes:
        graph: with temperature, calibration and mixture.
        threshold: score from which a window is an anomaly.
        fitted_on: whose windows calibration and threshold come from, in words.
    """

    graph: ScoringGraph
    threshold: ChosenThreshold
    fitted_on: str


def finish(definition: TrainingDefinition, network: Network, parts: Parts) -> Finished:
    """Fits what comes after the network.

    Args:
        definition: weights of the mixture, and where the threshold lies.
        network: trained.
        parts: of whose validation windows, or target windows declared normal, it is fitted.

    Raises:
        TrainingError: when there are no such windows.
    """
    domains, score = parts.domains, definition.score
    validation = [
        (judge(network, each.values, number), each)
        for number, each in enumerate(domains.validation)
    ]
    temperature = fit_temperature(
        np.concatenate([found.logits for found, _ in validation]),
        np.concatenate([each.labels for _, each in validation]),
    )
    normal = _normal(definition, parts, network.target)
    of = (
        "normal source validation windows"
        if score.of == "source_validation"
        else "target windows declared normal"
    )
    of += triggered_by(definition)
    calibration = None
    if network.decoder is not None:
        errors = [judge(network, values, number).error for values, number in normal]
        calibration = Calibration.fit(np.sqrt(np.concatenate(errors)))
    many = score.domains == "input"
    graph = ScoringGraph(
        network, calibration, score.alpha, temperature, score.embedding, many
    ).eval()
    apart = _apart(graph, parts) if score.of == "target_normal" else None
    if apart is not None:
        of += ", each quarter by the statistics of the others"
    scores = (
        np.concatenate([scores_of(graph, values, number) for values, number in normal])
        if apart is None
        else apart
    )
    if score.false_alarms_per_hour is None:
        threshold = at_percentile(scores, score.percentile, of)
    else:
        every = definition.window.interval_seconds * definition.window.stride
        hourly = parts.hourly or 3600.0 / every
        threshold = at_false_alarms(scores, hourly, score.false_alarms_per_hour, of)
    return Finished(graph, threshold, of)


def scores_of(graph: ScoringGraph, windows: Floats, domain: int, batch: int = 256) -> Floats:
    """Scores of windows of one domain, float32 [count]."""
    with torch.no_grad():
        parts = [graph.score(p, domain) for p in torch.split(torch.from_numpy(windows), batch)]
    return torch.cat(parts).numpy()


def _apart(graph: ScoringGraph, parts: Parts) -> Floats | None:
    """Scores of target windows declared normal where the target's numbers were estimated on them.

    By numbers that they made themselves they look more normal than what comes later, so each
    quarter is scored by numbers from windows that share no sample with it. None where the numbers
    come from other windows, or there are too few for that.
    """
    network, target = graph.network, parts.domains.target
    rows, preprocessing = np.flatnonzero(parts.normal), network.preprocessing
    made = preprocessing.estimate(target.values, target.values[rows])
    if not np.array_equal(made, network.domains[network.target].numpy()):
        return None
    found = []
    for quarter in np.array_split(rows, QUARTERS):
        shared = [
            (target.groups[rows] == target.groups[row])
            & (target.first[rows] <= target.last[row])
            & (target.last[rows] >= target.first[row])
            for row in quarter
        ]
        if not shared or np.any(shared, axis=0).all():
            return None
        rest = target.values[rows[~np.any(shared, axis=0)]]
        numbers = torch.from_numpy(preprocessing.estimate(target.values, rest))
        with torch.no_grad():
            windows = torch.from_numpy(target.values[quarter])
            found.append(graph(windows, numbers[None].expand(len(windows), -1))[0].numpy())
    scores: Floats = np.concatenate(found)
    return scores


def _normal(definition: TrainingDefinition, parts: Parts, target: int) -> list[tuple[Floats, int]]:
    """Normal windows to fit on, with the number of their domain."""
    if definition.score.of == "target_normal":
        if not parts.normal.any():
            raise TrainingError(
                "score.of: target_normal, and no target window is declared normal; give the target "
                "normal_rows"
            )
        return [(parts.domains.target.values[parts.normal], target)]
    found = [(each.normal, number) for number, each in enumerate(parts.domains.validation)]
    return [(values, number) for values, number in found if len(values)]
