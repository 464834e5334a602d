"""What a training's card says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from models.adaptation.training import Epoch
from models.card import (
    MODEL_FILE,
    Card,
    Channel,
    Input,
    Output,
    Parity,
    Threshold,
    sha256_of,
)
from models.scoring.graph import ScoringGraph
from models.training.definition import TrainingDefinition
from models.training.domain_rows import domain_inputs, numbered
from models.training.finish import Finished
from models.training.given import Given
from models.training.learn import Learnt
from models.training.matches import left_out
from models.training.measure import measure_all
from models.training.parts import Parts, described, listed
from models.versions import commit, versions
from models.windows import Unlabelled

MEANINGS = {
    "score": "0 to 1, larger is more anomalous",
    "probability": "the classifier's, of any class but the normal one, 0 to 1",
    "reconstruction_error": "root mean square over the window, in deviations",
    "embedding": "the latent vector",
}


@dataclass(frozen=True)
class Request:
    """What a folder is made from.

    Attributes:
        definition: the training file's content.
        sources: samples of its sources, in order.
        target: samples of its target; None without one.
        origins: for the card: where each domain's samples are from, by its name.
        name: of the model.
        version: of the model.
        command: that makes the folder again.
        given: arguments of the method that are no settings.
        weights: whether the network's weights are kept beside the graph.
        report: whether a report is written beside it.
        reference: folder of a model that the report sets beside this one.
        variants: smaller forms of the graph to make, see `models.quantise`.
        budget_ms: in which one window is to be scored; None where nothing was asked.
    """

    definition: TrainingDefinition
    sources: Sequence[Given]
    target: Given | None
    origins: Mapping[str, Any]
    name: str
    version: str
    command: str
    given: Mapping[str, Any] = field(default_factory=dict)
    weights: bool = False
    report: bool = True
    reference: Path | None = None
    variants: tuple[str, ...] = ()
    budget_ms: float | None = None


def describe(
    request: Request,
    parts: Parts,
    learnt: Learnt,
    finished: Finished,
    parity: Parity,
    folder: Path,
) -> Card:
    """The card of an exported graph, its metrics measured.

    Args:
        request: what was asked for.
        parts: the windows.
        learnt: the network, how it was trained, and how it was chosen.
        finished: the graph and its threshold.
        parity: of the graph with the file.
        folder: that has the file.

    Raises:
        EvaluationError: when a source's validation or test windows are all of one kind.
    """
    definition, graph = request.definition, finished.graph
    window = definition.window
    channels = tuple(Channel(name=name, unit=unit) for name, unit in window.channels.items())
    size = sum(parameter.numel() for parameter in graph.network.parameters())
    return Card(
        name=request.name,
        version=request.version,
        sha256=sha256_of(folder / MODEL_FILE),
        inputs=(
            Input(
                name="window",
                channels=channels,
                length=window.length,
                interval_seconds=window.interval_seconds,
            ),
            *domain_inputs(graph, definition.score.unknown, folder),
        ),
        outputs=tuple(Output(name=name, meaning=MEANINGS[name]) for name in graph.outputs),
        normaliser=_normaliser(definition, parts, learnt.method.normalise, graph.many),
        score=_formula(finished),
        threshold=Threshold(value=finished.threshold.value, chosen_by=finished.threshold.chosen_by),
        network={
            **definition.network.model_dump(mode="json"),
            "rows": list(graph.network.preprocessing.names),
            "classes": parts.domains.classes,
            "parameters": size,
        },
        method={"name": learnt.method.name, **learnt.settings},
        selection=dict(learnt.selection),
        training={
            **asdict(learnt.training),
            "augmentation": list(definition.augmentation),
            "history": _history(learnt.trained.history),
        },
        metrics=measure_all(definition, request.sources, parts, finished, folder / MODEL_FILE),
        data={
            "window": window.model_dump(mode="json", exclude={"channels"}),
            "split": definition.split.model_dump(mode="json"),
            "origins": dict(request.origins),
            "parts": {
                part: described(each) for part, each in listed(request.sources, parts).items()
            },
            **_domains(request, graph),
            **_left_out(request, parts),
            "target_labels": "looked at for the metrics of the target's test windows alone"
            if parts.domains.labelled is None
            else f"learnt from those of {len(parts.domains.labelled)} windows",
        },
        parity=parity,
        command=request.command,
        seed=learnt.training.seed,
        made_with={
            **versions("tidegate", "torch", "onnx", "numpy", "scikit-learn"),
            "commit": commit(),
        },
    )


def _history(epochs: Sequence[Epoch]) -> dict[str, list[float | None]]:
    """A column a curve, by its name; a row an epoch."""
    losses = dict.fromkeys(name for each in epochs for name in each.losses)
    curves: dict[str, list[float | None]] = {
        f"loss.{name}": [each.losses.get(name) for each in epochs] for name in losses
    }
    curves["criterion"] = [each.value for each in epochs]
    curves["lambda"] = [each.strength for each in epochs]
    # Six digits are more than a curve shows.
    return {
        name: [None if value is None else float(f"{value:.6g}") for value in column]
        for name, column in curves.items()
        if any(value is not None for value in column)
    }


def _domains(request: Request, graph: ScoringGraph) -> dict[str, Any]:
    """Where the numbers of each key come from, for a graph that takes them as an input."""
    if not graph.many:
        return {}
    names = numbered(graph.network, request.sources, request.target)
    return {"domains": dict.fromkeys(names, "this training")}


def _left_out(request: Request, parts: Parts) -> dict[str, Any]:
    """Windows cut at matches that are in no part; what Java left out is among the origins."""
    if request.definition.window.trigger is None:
        return {}
    domains, found = parts.domains, {}
    kept: list[Unlabelled]
    for number, given in enumerate(request.sources):
        kept = [domains.sources[number], domains.validation[number], parts.source_tests[number]]
        found[given.domain.name] = left_out(request.definition, given, kept, labelled=True)
    if request.target is not None and parts.target_test is not None:
        kept = [domains.target, parts.target_test]
        kept += [domains.labelled] if domains.labelled is not None else []
        name = request.target.domain.name
        found[name] = left_out(request.definition, request.target, kept, labelled=False)
    return {"left_out": found}


def _normaliser(definition: TrainingDefinition, parts: Parts, normalise: str, many: bool) -> str:
    window = definition.window
    whose = "normal windows" if window.statistics == "normal" else "windows"
    of = (
        "each domain's own"
        if parts.domains.has_target and normalise == "domain"
        else "the source's"
    )
    relative = ", ".join(window.relative)
    return (
        f"inside the graph{', its numbers the input domain' if many else ''}; mean and deviation a "
        f"channel, of {of} {whose}"
        f"{f'; relative to their mean in the window: {relative}' if relative else ''}"
    )


def _formula(finished: Finished) -> str:
    graph = finished.graph
    softened = (
        f"probability is softmax(logits / {graph.temperature:.4f}), fitted on source validation"
    )
    if graph.calibration is None:
        return f"probability; {softened}"
    return (
        f"{graph.alpha:g} * probability + {1 - graph.alpha:.4g} * sigmoid((ln reconstruction_error "
        f"- {graph.calibration.centre:.4f}) / {graph.calibration.scale:.4f}); the sigmoid is 0.05 "
        f"at the median and 0.5 at the 99th percentile of {finished.fitted_on}; {softened}"
    )
