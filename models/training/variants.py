"""Smaller forms of a trained graph, with what each loses and gains written into the card."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from models.card import MODEL_FILE, Card, Metrics, Speed, Variant, sha256_of
from models.errors import ParityError, TrainingError
from models.export import export, parity_windows
from models.quantise import KINDS, quantise
from models.runtime import Session
from models.speed import measure_speed
from models.training.describe import Request
from models.training.finish import Finished
from models.training.measure import measure
from models.training.parts import Parts, name_of
from models.windows import Floats, Windows


def check_kinds(kinds: Sequence[str]) -> None:
    """Refuses kinds of variants that there are not.

    Raises:
        TrainingError: naming the first.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise TrainingError(f"--variants: {kind}, expected some of {','.join(KINDS)}")
    if len(set(kinds)) < len(kinds):
        raise TrainingError(f"--variants: {','.join(kinds)}: one occurs twice")


def with_variants(
    card: Card,
    request: Request,
    parts: Parts,
    finished: Finished,
    folder: Path,
    say: Callable[[str], None],
) -> Card:
    """The card with the speed of its graph and with the variants that are asked for, made here.

    The target's test windows count where they have labels. A source's are scored by a graph with
    that source's numbers, made smaller alike: in the target's graph its windows would be
    normalised as what they are not.

    Args:
        card: of the graph in the folder.
        request: says which variants, and the budget.
        parts: the windows.
        finished: the graph before its export.
        folder: of the model; variants are written into it.
        say: is told what each loses and gains, and which does not keep within the budget.

    Raises:
        ParityError: when a variant gives something that is no score.
    """
    kinds, budget = request.variants, request.budget_ms
    if not kinds and budget is None:
        return card
    learnt, target = parts.domains.target.values, finished.graph.network.target
    own = finished.graph.numbers(target)
    files = {kind: folder / f"model.{kind}.onnx" for kind in kinds}
    for kind, file in list(files.items()):
        try:
            quantise(kind, folder / MODEL_FILE, file, learnt, own)
        except TrainingError as error:  # What `auto` takes may have nothing to make smaller.
            say(f"{error}")
            del files[kind]
    sessions = {MODEL_FILE: Session(folder / MODEL_FILE)}
    sessions |= {kind: Session(file) for kind, file in files.items()}
    speeds = measure_speed(sessions, learnt, budget, own)
    tests = _tests(request, parts)
    found: dict[str, dict[str, Metrics]] = {kind: {} for kind in files}
    for name, (number, windows) in tests.items():
        if number is None or finished.graph.many:
            numbers = finished.graph.numbers(target if number is None else number)
            scored = {kind: sessions[kind].run(windows.values, numbers)[:, 0] for kind in files}
        else:
            scored = _source_scores(request, parts, finished, tuple(files), number)
        for kind, scores in scored.items():
            interval = request.definition.window.interval_seconds
            found[kind][name] = measure(scores, windows, finished.threshold.value, interval)
    compared = np.concatenate([learnt, *(windows.values for _, windows in tests.values())])
    whole = sessions[MODEL_FILE].run(compared, own)
    variants = {}
    for kind, file in files.items():
        scores = sessions[kind].run(compared, own)
        if sessions[kind].names != sessions[MODEL_FILE].names or not np.isfinite(scores).all():
            raise ParityError(f"variant {kind}: its outputs are not the graph's; leave it out")
        variants[kind] = Variant(
            file=file.name,
            sha256=sha256_of(file),
            size=file.stat().st_size,
            largest_difference=float(np.abs(scores[:, 0] - whole[:, 0]).max()),
            metrics=found[kind],
            auprc_lost={
                name: round(card.metrics[name].auprc - each.auprc, 4)
                for name, each in found[kind].items()
            },
            speed=speeds[kind],
            gain=round(speeds[kind].windows_per_second / speeds[MODEL_FILE].windows_per_second, 3),
        )
    _tell(speeds, variants, say)
    return card.model_copy(update={"speed": speeds[MODEL_FILE], "variants": variants})


def _tests(request: Request, parts: Parts) -> dict[str, tuple[int | None, Windows]]:
    """Test windows by their name in the card, with the number of their domain; None: the target."""
    tests: dict[str, tuple[int | None, Windows]] = {
        name_of(given, request.sources, "test"): (number, parts.source_tests[number])
        for number, given in enumerate(request.sources)
    }
    if parts.target_test is not None:
        windows = parts.target_test.known
        if len(windows) and 0 < windows.prevalence < 1:
            tests["target_test"] = (None, windows)
    return tests


def _source_scores(
    request: Request, parts: Parts, finished: Finished, kinds: Sequence[str], number: int
) -> dict[str, Floats]:
    """Scores of a source's test windows by each variant, float32 [count]."""
    learnt, windows = parts.domains.sources[number].values, parts.source_tests[number].values
    found = {}
    with tempfile.TemporaryDirectory(prefix="tidegate-variants-") as work:
        whole, small = Path(work) / MODEL_FILE, Path(work) / "small.onnx"
        names = request.definition.window.names
        export(finished.graph.of(number), whole, names, parity_windows([learnt]))
        for kind in kinds:
            quantise(kind, whole, small, learnt)
            found[kind] = Session(small).run(windows)[:, 0]
    return found


def _tell(
    speeds: Mapping[str, Speed], variants: Mapping[str, Variant], say: Callable[[str], None]
) -> None:
    for kind, each in variants.items():
        lost = ", ".join(f"{name} {value:+.4f}" for name, value in each.auprc_lost.items())
        say(
            f"{kind}: AUPRC lost {lost}; {each.gain:.2f} times the windows a second; scores differ "
            f"by up to {each.largest_difference:.4f}"
        )
    for name, speed in speeds.items():
        say(
            f"{name}: {speed.windows_per_second:,.0f} windows/s, one window in {speed.p50_ms:.2f} "
            f"ms (p99 {speed.p99_ms:.2f} ms)"
        )
        if not speed.within_budget:
            say(
                f"warning: {name} is outside the budget: one window in a hundred takes more than "
                f"{speed.p99_ms:.2f} ms, half of them {speed.p50_ms:.2f} ms, --budget-ms is "
                f"{speed.budget_ms:g}; take a smaller network or a variant, or an idle machine"
            )
