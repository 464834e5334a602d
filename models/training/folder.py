"""A model folder from a training file and series: divide, train, export, measure, write."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from models.adaptation.trainer import Epoch
from models.card import MODEL_FILE, Card
from models.checkpoint import save_weights
from models.export import export, parity_windows
from models.training.automatic import learn_automatically
from models.training.build import build_training
from models.training.describe import Request, describe
from models.training.domain_rows import numbered, write_domains
from models.training.finish import finish
from models.training.learn import learn
from models.training.parts import Parts, divide, listed
from models.training.reporting import report_training
from models.training.variants import check_kinds, with_variants

WEIGHTS_FILE = "weights.safetensors"


def make_folder(
    request: Request,
    folder: Path,
    say: Callable[[str], None],
    report: Callable[[Epoch], None] = lambda epoch: None,
    checkpoint: Path | None = None,
) -> Card:
    """Writes `model.onnx` and `card.json`, and weights, variants, a report where asked for.

    Args:
        request: what to make.
        folder: an existing folder.
        say: is told a line at every step.
        report: is told of every epoch.
        checkpoint: file to write after every epoch and to go on from, of `auto` a folder; or None.

    Raises:
        TrainingError: when the data or the settings cannot give a model.
        ParityError: when the exported graph differs from the network.
    """
    definition = request.definition
    check_kinds(request.variants)
    parts = divide(definition, request.sources, request.target)
    for name, windows in listed(request.sources, parts).items():
        say(f"{name}: {len(windows)} windows of {len(windows.names)} series")
    # A GPU has not all kernels in such a form, and would refuse the others.
    torch.use_deterministic_algorithms(build_training(definition).device == "cpu")
    if "auto" in definition.method:
        with _kept(checkpoint) as kept:
            learnt = learn_automatically(definition, parts, kept, report, say)
    else:
        learnt = learn(definition, parts, report, checkpoint, **request.given)
    finished = finish(definition, learnt.trained.network, parts)
    path = folder / MODEL_FILE
    compared = parity_windows([each.values for each in _compared(parts)])
    names = numbered(finished.graph.network, request.sources, request.target)
    write_domains(finished.graph, names, folder)
    parity = export(finished.graph, path, definition.window.names, compared)
    if request.weights:
        save_weights(folder / WEIGHTS_FILE, learnt.trained.network)
    card = describe(request, parts, learnt, finished, parity, folder)
    card = with_variants(card, request, parts, finished, folder, say)
    card.write(folder)
    if request.report:
        report_training(
            definition, request.sources, parts, finished, card, folder, request.reference
        )
    for name, found in card.metrics.items():
        say(
            f"{name}: AUROC {found.auroc:.3f}, AUPRC {found.auprc:.3f} at prevalence "
            f"{found.prevalence:.3f}; at the threshold recall {found.recall:.3f}, false positives "
            f"{found.false_positive_rate:.3f}"
        )
    return card


@contextmanager
def _kept(folder: Path | None) -> Iterator[Path]:
    """The folder of a search; without one, its trials are kept as long as it runs."""
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="tidegate-search-") as temporary:
        yield Path(temporary)


def _compared(parts: Parts) -> list[Any]:
    tests = [parts.target_test] if parts.target_test is not None else []
    return [*tests, parts.domains.target, *parts.source_tests, *parts.domains.sources]
