"""Series divided into parts and cut into windows, with proof that no sample lies in two parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.adaptation.domains import Domains
from models.errors import TrainingError
from models.training.definition import Domain, Split, TrainingDefinition, WindowDefinition
from models.training.given import Given
from models.training.matches import check_enough, hourly, with_label
from models.windows import Bools, Series, Unlabelled, Windows, cut_all, cut_at_matches
from models.windows.checks import check_series, check_windows
from models.windows.splits import by_group, by_time, check_leakage


@dataclass(frozen=True)
class Parts:
    """All windows of a training.

    Attributes:
        domains: what is learnt from and chosen by.
        source_tests: of each source, in order; only measured on.
        target_test: with labels where the target has some; None without a target.
        normal: bool [count], which of the target's training windows are declared to be normal.
        hourly: windows that the stream cuts in an hour; None where every `stride` samples says it.
    """

    domains: Domains
    source_tests: tuple[Windows, ...]
    target_test: Windows | None
    normal: Bools
    hourly: float | None = None


def divide(definition: TrainingDefinition, sources: Sequence[Given], target: Given | None) -> Parts:
    """Divides the series of every domain, cuts them and checks them.

    Args:
        definition: says how.
        sources: labelled.
        target: whose labels are left behind but for the test and, where the definition says so, a
            share to learn from; None: the model is for the sources.

    Raises:
        TrainingError: with the part and what is wrong with it; when a sample lies in two parts.
    """
    window, batch = definition.window, int(definition.training.get("batch", 1))
    training, validation, tests = [], [], []
    for each in sources:
        found = _source_parts(each, definition)
        training.append(found["training"])
        validation.append(found["validation"])
        tests.append(found["test"])
    if target is None:
        domains = Domains.without_target(tuple(training), tuple(validation))
        nothing = np.zeros(len(domains.target), bool)
        return Parts(domains, tuple(tests), None, nothing, hourly(definition, sources))
    _check_another(sources, target)
    parts = _target_parts(target, definition)
    learnt = parts["training"]
    domains = Domains(tuple(training), tuple(validation), learnt.unlabelled, parts.get("labelled"))
    domains.check(batch)
    normal = _declared(learnt, target.domain, window)
    of = [target] if definition.score.of == "target_normal" else sources
    return Parts(domains, tuple(tests), parts["test"], normal, hourly(definition, of))


def _check_another(sources: Sequence[Given], target: Given) -> None:
    """Refuses a target with samples of a source: nothing would be adapted to."""
    seen = {
        each.values.tobytes(): f"source {source.domain.name}'s series {each.name}"
        for source in sources
        for each in source.series
    }
    for each in target.series:
        if each.values.tobytes() in seen:
            raise TrainingError(
                f"target {target.domain.name}: series {each.name} has the samples of "
                f"{seen[each.values.tobytes()]}; name the data of another domain, or no target"
            )


def _source_parts(given: Given, definition: TrainingDefinition) -> dict[str, Windows]:
    name, split, window = given.domain.name, definition.split, definition.window
    check_series(given.series, window.names, f"source {name}")
    if any(each.labels is None for each in given.series):
        raise TrainingError(f"source {name}: no label column; name one with label")
    shares = {part: getattr(split, part) for part in ("training", "validation", "test")}
    parts = _cut(given.series, shares, definition, split)
    if window.trigger is not None:
        parts = with_label(parts, f"source {name}")
        check_enough(parts, definition, f"source {name}")
    for part, windows in parts.items():
        check_windows(windows, 1, f"source {name}, {part}")
    check_leakage(parts)
    return parts


def _target_parts(given: Given, definition: TrainingDefinition) -> dict[str, Windows]:
    name, split, window = given.domain.name, definition.split, definition.window
    check_series(given.series, window.names, f"target {name}")
    learnt = split.training + split.validation
    shares = {"training": learnt * (1.0 - split.labelled), "test": split.test}
    if split.labelled:
        shares = {"labelled": learnt * split.labelled, **shares}
    parts = _cut(given.series, shares, definition, split)
    if window.trigger is not None:
        check_enough(parts, definition, f"target {name}")
    for part, windows in parts.items():
        # Labels are looked at where they are used, not here.
        check_windows(windows.unlabelled, 1, f"target {name}, {part}")
    check_leakage(parts)
    return parts


def _cut(
    series: Sequence[Series], shares: dict[str, float], definition: TrainingDefinition, split: Split
) -> dict[str, Windows]:
    divided = (
        by_group(series, shares, split.seed)
        if split.by == "group"
        else by_time(series, shares, split.gap)
    )
    return {part: cut_series(own, definition.window) for part, own in divided.items()}


def cut_series(series: Sequence[Series], window: WindowDefinition) -> Windows:
    """Windows of series, wherever they are used: to learn from, to choose by, to measure on."""
    if window.trigger is not None:
        return Windows.join([cut_at_matches(each, window.label) for each in series])
    return cut_all(series, window.length, window.stride, window.label)


def _declared(windows: Unlabelled, domain: Domain, window: WindowDefinition) -> Bools:
    """Which windows lie in the samples that are declared to be normal."""
    declared: Bools = windows.last < domain.normal_rows
    if window.statistics == "normal" and domain.normal_rows and not declared.any():
        raise TrainingError(
            f"target {domain.name}: no training window lies in the first {domain.normal_rows} rows "
            "of its series; raise normal_rows"
        )
    return declared


def name_of(given: Given, sources: Sequence[Given], part: str) -> str:
    """`source_test`, and with several sources the domain's name in the middle."""
    middle = f"_{given.domain.name}" if len(sources) > 1 else ""
    return f"source{middle}_{part}"


def domains_of_tests(definition: TrainingDefinition) -> dict[str, str]:
    """Names of the domains by the part that has their test windows."""
    sources = [Given(domain, ()) for domain in definition.sources]
    found = {name_of(given, sources, "test"): given.domain.name for given in sources}
    return found if definition.target is None else {**found, "target_test": definition.target.name}


def listed(sources: Sequence[Given], parts: Parts) -> dict[str, Unlabelled]:
    """All windows by the name of their part."""
    found: dict[str, Unlabelled] = {}
    for number, given in enumerate(sources):
        found[name_of(given, sources, "training")] = parts.domains.sources[number]
        found[name_of(given, sources, "validation")] = parts.domains.validation[number]
        found[name_of(given, sources, "test")] = parts.source_tests[number]
    if parts.target_test is not None:
        found["target_training"] = parts.domains.target
        found["target_test"] = parts.target_test
    if parts.domains.labelled is not None:
        found["target_labelled"] = parts.domains.labelled
    return found


def described(windows: Unlabelled) -> dict[str, float]:
    """Counts for a card; of those with a label, how many are anomalous."""
    found: dict[str, float] = {"windows": len(windows), "series": len(windows.names)}
    if isinstance(windows, Windows) and len(windows.known):
        found["prevalence"] = round(windows.known.prevalence, 4)
    return found
