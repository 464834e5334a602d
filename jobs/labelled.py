"""Labelled windows that a model can be measured on: none of them is among what it learnt from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from jobs.history import read_domain
from models.card import Card
from models.errors import EvaluationError
from models.training.definition import Domain, Files, TrainingDefinition
from models.training.parts import cut_series, divide, name_of
from models.windows import Windows
from models.windows.checks import check_finite
from tidegate.errors import OptionError


def held_out(
    definition: TrainingDefinition, cards: Sequence[Card], base: Path
) -> dict[str, Windows]:
    """The test windows of a training file's domains by the part's name.

    Args:
        definition: the training file's content.
        cards: of models, each trained with the same split of the same samples.
        base: folder of the training file.

    Raises:
        EvaluationError: when a model was trained with another split or on other samples: the test
            windows could be among those that it learnt from.
    """
    read = [read_domain(domain, definition.window, base) for domain in definition.sources]
    target = None
    if definition.target is not None:
        target = read_domain(definition.target, definition.window, base)
    every = [*read, *([target] if target is not None else [])]
    for card in cards:
        check_held_out(card, definition, {given.domain.name: origin for given, origin in every})
    sources = [given for given, _ in read]
    parts = divide(definition, sources, None if target is None else target[0])
    found = {
        name_of(given, sources, "test"): windows
        for given, windows in zip(sources, parts.source_tests, strict=True)
    }
    if parts.target_test is not None:
        found["target_test"] = parts.target_test
    return found


def check_held_out(card: Card, definition: TrainingDefinition, origins: Mapping[str, Any]) -> None:
    """Proves that the test windows of a training file are none that a model learnt from.

    Args:
        card: of the model.
        definition: the training file's content.
        origins: where each domain's samples are from, by its name.

    Raises:
        EvaluationError: when the model was made with another split or with other samples.
    """
    model = f"model {card.name} {card.version}"
    now, then = definition.split.model_dump(mode="json"), card.data.get("split", {})
    for name in sorted(set(now) & set(then)):
        if now[name] != then[name]:
            raise EvaluationError(
                f"split.{name} is {now[name]}, {model} was made with {then[name]}, so test windows "
                f"could be among what it learnt from; give the settings of its training: "
                f"{card.command}"
            )
    for name, origin in origins.items():
        if card.data.get("origins", {}).get(name) != orjson.loads(orjson.dumps(origin)):
            raise EvaluationError(
                f"domain {name}: its samples are not those that {model} was made with, so test "
                "windows could be among what it learnt from; name new files with --data, or the "
                "training file and the snapshot that the card has"
            )


def given_windows(
    definition: TrainingDefinition,
    cards: Sequence[Card],
    data: Sequence[str],
    label: str | None,
    base: Path,
) -> dict[str, Windows]:
    """All windows of files by the name they are given.

    Args:
        definition: says how a window is cut and which columns hold what.
        cards: of models, none of which was trained on one of the files.
        data: `NAME=PATTERN` each.
        label: column of the labels; None: as in the training file.
        base: folder of the training file; the files are named from the current folder.

    Raises:
        OptionError: when one is not of that form.
        EvaluationError: when a model was trained on a file.
    """
    like = _files_of(definition)
    label = label or next((f.label for f in like if f.label), None)
    found: dict[str, Windows] = {}
    for each in data:
        name, equals, pattern = each.partition("=")
        if not equals or not name or not pattern or name in found:
            raise OptionError(f"--data {each}: expected NAME=FILES, each name once")
        files = like[0].model_copy(update={"files": (pattern,), "label": label})
        domain = Domain(name=name, files=files)
        given, origin = read_domain(domain, definition.window.seen_from(base), Path())
        for card in cards:
            _unseen(card, name, origin)
        check_finite(given.series, definition.window.names, name)
        found[name] = cut_series(given.series, definition.window)
    return found


def _files_of(definition: TrainingDefinition) -> list[Files]:
    """What a training file says of files' columns: the target's word first."""
    target = [definition.target] if definition.target is not None else []
    found = [each.files for each in (*target, *definition.sources) if each.files is not None]
    if not found:
        raise OptionError(
            "--data: no domain of the training file is of files, so columns of files "
            "are not known; give a training file that has some"
        )
    return found


def _unseen(card: Card, name: str, origin: Mapping[str, Any]) -> None:
    """Refuses files that a model was made with."""
    known = {
        each["sha256"]: domain
        for domain, known in card.data.get("origins", {}).items()
        for each in known.get("files", [])
    }
    for each in origin["files"]:
        if each["sha256"] in known:
            raise EvaluationError(
                f"--data {name}: {each['path']} is a file of domain {known[each['sha256']]}, which "
                f"model {card.name} {card.version} was made with; leave --data out to measure on "
                "the part of it that was kept for the test"
            )
