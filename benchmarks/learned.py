"""Training by the library on windows that a benchmark has cut and divided itself."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from models.adaptation.catalogue import METHODS
from models.adaptation.domains import Domains
from models.networks.network import Network
from models.training.automatic import learn_automatically
from models.training.definition import TrainingDefinition
from models.training.learn import Learnt, learn
from models.training.parts import Parts
from models.windows import Windows

# The data are handed over, so the training file's own source is never read.
HANDED_OVER = {
    "name": "source",
    "generated": {"brand": "source", "sessions": 1, "minutes": 1, "seed": 0},
}


def definition_of(name: str, **parts: Any) -> TrainingDefinition:
    """A training file's content without its data."""
    return TrainingDefinition.model_validate({"model": name, "sources": [HANDED_OVER], **parts})


def learnt(
    definition: TrainingDefinition, domains: Domains, target_test: Windows | None = None
) -> Learnt:
    """Trains by the definition's method, or by the one that `auto` takes among its candidates.

    Args:
        definition: the training.
        domains: what it sees.
        target_test: with labels, which `auto` looks at after its choice where it has an `oracle`.
    """
    parts = Parts(domains, (), target_test, np.zeros(len(domains.target), bool))
    if "auto" not in definition.method:
        return learn(definition, parts)
    with TemporaryDirectory() as folder:
        return learn_automatically(definition, parts, Path(folder))


def methods_of(parser: ArgumentParser, names: str, *others: str) -> list[str]:
    """The methods that `--methods` names with commas between; an unknown one ends the program.

    Args:
        parser: that says what is wrong.
        names: as they were given.
        others: words that are allowed beside the methods.
    """
    found, known = names.split(","), (*METHODS, *others)
    unknown = [name for name in found if name not in known]
    if unknown:
        parser.error(f"--methods {unknown[0]}: expected some of {', '.join(known)}")
    return found


def network_of(definition: TrainingDefinition, domains: Domains) -> Network:
    """The network that `learnt` gives."""
    return learnt(definition, domains).trained.network
