"""The network, the method and the loop's settings that a training file asks for."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from models.adaptation.catalogue import METHODS
from models.adaptation.device import resolve
from models.adaptation.method import Method
from models.adaptation.own_normal import OwnNormal
from models.adaptation.trainer import Training
from models.augmentation.augmentation import Augmentation, Chain
from models.augmentation.catalogue import AUGMENTATIONS
from models.errors import TrainingError
from models.features.catalogue import FEATURES
from models.features.feature import Feature
from models.networks.catalogue import ENCODERS
from models.networks.classifier import Classifier
from models.networks.decoder import Decoder
from models.networks.network import Network
from models.preprocessing.preprocessing import Preprocessing
from models.training.definition import TrainingDefinition, WindowDefinition
from models.training.parts import Parts
from models.training.settings import make
from models.windows import Floats, Windows


def build_method(definition: TrainingDefinition, parts: Parts, **given: Any) -> Method:
    """The method of a training file.

    Args:
        definition: names it, with its settings.
        parts: the windows; only some methods do without a target.
        given: arguments that are no settings, such as the weights that `continual` goes on from.

    Raises:
        TrainingError: no such method or setting, or a method that needs a target without one.
    """
    ((name, settings),) = definition.method.items()
    if name not in METHODS:
        raise TrainingError(f"method: {name}, expected one of {', '.join(METHODS)}")
    kind = METHODS[name]
    if not parts.domains.has_target and (reason := kind.unfit(parts.domains)):
        raise TrainingError(f"method: {name}: {reason}")
    asked = {key: value for key, value in settings.items() if key not in given}
    return make(kind, asked, f"method.{name}", **given)


def build_training(definition: TrainingDefinition) -> Training:
    """The loop's settings, with the device that is there.

    Raises:
        TrainingError: an unknown setting, a value of another type, or no such device here.
    """
    asked = make(Training, definition.training, "training")
    return replace(asked, device=resolve(asked.device))


def build_network(
    definition: TrainingDefinition, parts: Parts, method: Method, seed: int
) -> Network:
    """A network with fresh weights, that standardises each domain as the method asks.

    Args:
        definition: sizes and derived channels.
        parts: the windows; their statistics become constants of the network.
        method: says whose statistics target windows are standardised by.
        seed: of the weights.

    Raises:
        TrainingError: an unknown setting, sizes that do not fit, or a constant channel.
    """
    window, asked = definition.window, definition.network
    if reason := unservable(definition, method):
        raise TrainingError(f"method {method.name}: {reason}")
    if isinstance(method, OwnNormal):
        return method.network(window.names, window.hidden, _normal(parts))
    torch.manual_seed(seed)
    preprocessing = Preprocessing(
        window.names, build_features(window), window.relative, window.hidden
    )
    rows, length = len(preprocessing.names), window.length
    unknown = [name for name in window.relative if name not in preprocessing.names]
    if unknown:
        raise TrainingError(f"window.relative: {unknown[0]} is no row of the encoder's")
    kind = ENCODERS[asked.encoder]
    given: dict[str, Any] = {"channels": rows}
    if "length" in inspect.signature(kind).parameters:
        given["length"] = length
    encoder = make(kind, asked.options, "network.options", **given)
    latent: int = encoder.latent  # type: ignore[assignment]
    classifier = Classifier(latent, parts.domains.classes, asked.hidden, asked.dropout)
    decoder = None
    if asked.decoder is not None:
        sizes = {"dropout": asked.dropout, **asked.decoder}
        decoder = make(
            Decoder, sizes, "network.decoder", latent=latent, channels=rows, length=length
        )
    numbers = _numbers(preprocessing, parts, window, method)
    return Network(preprocessing, numbers, encoder, classifier, decoder)


def unservable(definition: TrainingDefinition, method: Method | type[Method]) -> str | None:
    """Why a method cannot give the graph that is asked for; None where it can."""
    if definition.score.domains == "constant":
        return None
    if method.normalise == "source":
        return (
            "score.domains: input: it standardises every domain by the source's numbers, so there "
            "are none to be an input; take per_domain_normalisation"
        )
    if method.separate_norms:
        return (
            "score.domains: input: it keeps batch-norm statistics of each domain, which a machine "
            "that is calibrated later has none of; take another, or domains: constant"
        )
    return None


def build_features(window: WindowDefinition) -> list[Feature]:
    """The derived channels of a window definition.

    Raises:
        TrainingError: an unknown kind, setting or channel.
    """
    features = []
    for at, each in enumerate(window.features):
        place = f"window.features.{at}"
        name, settings = _one(each, FEATURES, place)
        kind = FEATURES[name]
        of = settings.pop("of", list(window.names))
        if "groups" in settings:
            groups = settings["groups"]
            settings["groups"] = [_indices(of, each, f"{place}.{name}.groups") for each in groups]
        given = {
            "of": _indices(window.names, of, f"{place}.{name}.of"),
            "names": of,
            "length": window.length,
        }
        takes = inspect.signature(kind).parameters
        given = {key: value for key, value in given.items() if key in takes}
        features.append(make(kind, settings, f"{place}.{name}", **given))
    return features


def build_augmentation(definition: TrainingDefinition) -> Augmentation | None:
    """The augmentation of a training file; None where it names none.

    Raises:
        TrainingError: an unknown kind, setting or channel.
    """
    names, steps = definition.window.names, []
    for at, each in enumerate(definition.augmentation):
        place = f"augmentation.{at}"
        name, settings = _one(each, AUGMENTATIONS, place)
        if "triads" in settings:
            settings["triads"] = [
                _indices(names, of, f"{place}.triads") for of in settings["triads"]
            ]
        steps.append(make(AUGMENTATIONS[name], settings, f"{place}.{name}"))
    return Chain(steps) if steps else None


def _one(
    each: Mapping[str, Mapping[str, Any]], known: Collection[str], place: str
) -> tuple[str, dict[str, Any]]:
    """The name and the settings of one entry, `{name: {settings}}`."""
    if len(each) != 1 or next(iter(each)) not in known:
        raise TrainingError(
            f"{place}: {', '.join(each) or 'nothing'}, expected one of {', '.join(known)}"
        )
    ((name, settings),) = each.items()
    return name, dict(settings)


def _indices(names: Sequence[str], of: Sequence[str], place: str) -> list[int]:
    """Of some channels."""
    unknown = [channel for channel in of if channel not in names]
    if unknown:
        raise TrainingError(f"{place}: {unknown[0]} is none of the channels")
    return [names.index(channel) for channel in of]


def _normal(parts: Parts) -> list[tuple[Floats, Floats]]:
    """Of each source and the target all windows, and those known to be normal."""
    domains = parts.domains
    target = domains.target.values
    sources = [(each.values, each.normal) for each in domains.sources]
    return [*sources, (target, target[parts.normal])]


def _numbers(
    preprocessing: Preprocessing, parts: Parts, window: WindowDefinition, method: Method
) -> list[Floats]:
    """The preprocessing's numbers for each source and the target."""
    domains = parts.domains
    only_normal = window.statistics == "normal"

    def of(windows: Windows) -> Floats:
        return preprocessing.estimate(windows.values, windows.normal if only_normal else None)

    if method.normalise == "source":
        return [of(domains.source)] * (len(domains.sources) + 1)
    if only_normal and not parts.normal.any():
        raise TrainingError(
            f"window.statistics: method {method.name} standardises the target by its own normal "
            "windows, and none are declared; give the target normal_rows, or take all windows"
        )
    target = domains.target.values
    own = preprocessing.estimate(target, target[parts.normal] if only_normal else None)
    numbers = [*(of(each) for each in domains.sources), own]
    if window.deviations == "source":
        rows = len(preprocessing.names)
        scale = of(domains.source)[-rows:]
        numbers = [np.concatenate([each[:-rows], scale]) for each in numbers]
    return numbers
