"""`auto`: candidates of every method with the same budget, and a choice without target labels."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import f1_score

from models.adaptation.catalogue import METHODS
from models.adaptation.method import Method
from models.adaptation.run import fingerprint
from models.adaptation.trainer import Epoch, Trained, Training, train
from models.checkpoint import load_checkpoint, save_checkpoint
from models.errors import TrainingError
from models.networks.batch_norm import separate
from models.networks.network import Network, judge
from models.selection.auto import Candidate, Choice, best_of_each, choose
from models.selection.catalogue import CRITERIA
from models.selection.criterion import Criterion
from models.selection.judged import Judged
from models.selection.judging import judged_of
from models.selection.search import search
from models.selection.space import Range, Setting, Space
from models.selection.target import BalancedEntropy, Committee
from models.training.build import (
    build_augmentation,
    build_network,
    build_training,
    unservable,
)
from models.training.definition import TrainingDefinition
from models.training.learn import Learnt, kept_epoch
from models.training.parts import Parts
from models.training.settings import make
from models.windows import Doubles

# Searched for every method that trains by batches.
RATE = "training.rate"
RATES = Range(3e-4, 3e-3, log=True)


@dataclass(frozen=True)
class Automatic:
    """Settings of `auto`.

    Attributes:
        trials: of all methods together, each of which has the same share of them.
        methods: among which it chooses; none: all that can be used on the data.
        criterion: by which it searches and chooses. `committee` chooses among all candidates, and
            searches by the balanced entropy.
        seed: of the search.
        oracle: whether the target's test labels are looked at afterwards, to say in the card what
            the best choice would have been.
    """

    trials: int = 36
    methods: tuple[str, ...] = ()
    criterion: str = BalancedEntropy.name
    seed: int = 0
    oracle: bool = False


def learn_automatically(
    definition: TrainingDefinition,
    parts: Parts,
    folder: Path,
    report: Callable[[Epoch], None] = lambda epoch: None,
    say: Callable[[str], None] = lambda line: None,
) -> Learnt:
    """Trains candidates of every method and takes one.

    Args:
        definition: whose method is `auto` with the settings of `Automatic`.
        parts: the windows; labels of the target's test are looked at for the oracle alone.
        folder: where trials are kept; a search that is killed goes on from it.
        report: is told of every epoch.
        say: is told a line for every candidate and for the choice.

    Raises:
        TrainingError: when the settings cannot be, the folder is of another search, or the data
            cannot be trained on.
    """
    asked = make(Automatic, definition.method["auto"], "method.auto")
    names = _methods(asked, parts, definition)
    each = asked.trials // len(names)
    prior = prior_of(parts)
    criterion = _criterion(asked.criterion, prior)
    guide = BalancedEntropy(prior=prior) if isinstance(criterion, Committee) else criterion
    bench = _Bench(definition, parts, folder, report)
    candidates: list[Candidate] = []
    refused: list[dict[str, Any]] = []
    for name in names:

        def run(number: int, settings: dict[str, Setting], name: str = name) -> float:
            value = guide.value(bench.candidate(name, number, settings).judged)
            say(f"{name}, trial {number + 1} of {each}: {guide.name} {value:.4f}")
            return value

        tried = search(name, space_of(name), each, run, folder / "journal.log", asked.seed)
        candidates += [
            bench.candidate(name, trial.number, trial.settings)
            for trial in tried
            if trial.refused is None
        ]
        refused += [
            {"method": name, "trial": trial.number, "reason": trial.refused}
            for trial in tried
            if trial.refused is not None
        ]
    for each_refused in refused:
        say("{method}, trial {trial}: left out, {reason}".format(**each_refused))
    if not candidates:
        raise TrainingError(f"method.auto: nothing could be trained; {refused[0]['reason']}")
    choice = choose(candidates, criterion, prior)
    say(f"auto takes {choice.candidate.method}: {choice.reason}")
    taken = choice.candidate
    learnt = bench.learnt(taken)
    selection = {**learnt.selection, **_selection(asked, each, candidates, choice)}
    if refused:
        selection["refused"] = refused
    if asked.oracle:
        selection["oracle"] = _oracle(bench, parts, candidates, taken)
    return replace(learnt, selection=selection)


def space_of(name: str) -> Space:
    """What is searched for a method: its own settings, and the learning rate where it has one."""
    method = METHODS[name]
    return {**method.space, **({RATE: RATES} if method.steps else {})}


class _Bench:
    """Trains candidates, and keeps each in a file of a folder."""

    def __init__(
        self,
        definition: TrainingDefinition,
        parts: Parts,
        folder: Path,
        report: Callable[[Epoch], None],
    ) -> None:
        self._definition, self._parts, self._report = definition, parts, report
        self._training = build_training(definition)
        self._folder = folder
        text = f"{definition.model_dump_json()} {fingerprint(parts.domains)}"
        identity, file = hashlib.sha256(text.encode()).hexdigest(), folder / "search.txt"
        if file.exists() and file.read_text() != identity:
            raise TrainingError(
                f"search folder {folder}: it is of another training file or other data; remove it "
                "or name another"
            )
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(identity)

    def candidate(self, name: str, number: int, settings: dict[str, Setting]) -> Candidate:
        """A candidate, trained where it is not in the folder yet."""
        path = self._folder / f"{name}-{number}.pt"
        if not path.exists():
            self._make(path, name, settings)
        kept = load_checkpoint(path)["judged"]
        arrays = {key: value.numpy() for key, value in kept.items() if torch.is_tensor(value)}
        judged = Judged(**arrays, discriminator_accuracy=kept["discriminator_accuracy"])
        return Candidate(name, number, settings, judged, METHODS[name].aligns)

    def learnt(self, candidate: Candidate) -> Learnt:
        """The network of a candidate again."""
        method, training = self._built(candidate.method, candidate.settings)
        network = self._network(method, training)
        if method.separate_norms:
            separate(network.encoder, len(network.domains))
        state = load_checkpoint(self._folder / f"{candidate.method}-{candidate.number}.pt")
        network.load_state_dict(state["weights"])
        history = [Epoch(**epoch) for epoch in state["history"]]
        trained = Trained(network.eval(), history, state["kept"])
        own = {name: value for name, value in candidate.settings.items() if name != RATE}
        return Learnt(method, own, training, trained, kept_epoch(trained, training))

    def _make(self, path: Path, name: str, settings: dict[str, Setting]) -> None:
        method, training = self._built(name, settings)
        checkpoint = path.with_suffix(".checkpoint")
        trained = train(
            method,
            self._network(method, training),
            self._parts.domains,
            training,
            build_augmentation(self._definition),
            self._report,
            checkpoint,
        )
        accuracy = getattr(method, "accuracy", None)
        judged = judged_of(trained.network, self._parts.domains, accuracy)
        found = {
            key: torch.from_numpy(value) if isinstance(value, np.ndarray) else value
            for key, value in vars(judged).items()
        }
        state = {
            "judged": found,
            "weights": trained.network.state_dict(),
            "history": [asdict(epoch) for epoch in trained.history],
            "kept": trained.kept,
        }
        save_checkpoint(path, state)
        checkpoint.unlink(missing_ok=True)

    def _built(self, name: str, settings: dict[str, Setting]) -> tuple[Method, Training]:
        own = {key: value for key, value in settings.items() if key != RATE}
        rate = float(settings.get(RATE, self._training.rate))
        return make(METHODS[name], own, f"method.{name}"), replace(self._training, rate=rate)

    def _network(self, method: Method, training: Training) -> Network:
        return build_network(self._definition, self._parts, method, training.seed)


def _methods(asked: Automatic, parts: Parts, definition: TrainingDefinition) -> list[str]:
    """Those that are asked for, or all that can be used."""
    if not parts.domains.has_target:
        raise TrainingError("method: auto chooses by the target, and there is none; name a target")
    unknown = [name for name in asked.methods if name not in METHODS]
    if unknown:
        raise TrainingError(f"method.auto: {unknown[0]}, expected some of {', '.join(METHODS)}")
    reasons = {
        name: METHODS[name].unfit(parts.domains) or unservable(definition, METHODS[name])
        for name in asked.methods or METHODS
    }
    wrong = [f"{name}: {reason}" for name, reason in reasons.items() if reason is not None]
    if asked.methods and wrong:
        raise TrainingError(f"method.auto: {wrong[0]}")
    names = [name for name, reason in reasons.items() if reason is None]
    if asked.trials < len(names):
        raise TrainingError(
            f"method.auto: {asked.trials} trials for {len(names)} methods; give one to each at "
            "least, or name fewer methods"
        )
    return names


def _criterion(name: str, prior: Doubles) -> Criterion:
    if name not in CRITERIA:
        raise TrainingError(f"method.auto.criterion: {name}, expected one of {', '.join(CRITERIA)}")
    return BalancedEntropy(prior=prior) if name == BalancedEntropy.name else CRITERIA[name]()


def prior_of(parts: Parts) -> Doubles:
    """Shares of the classes in the sources, float64 [classes]; none is 0."""
    domains = parts.domains
    counts = np.bincount(domains.source.labels, minlength=domains.classes) + 1.0
    shares: Doubles = counts / counts.sum()
    return shares


def _selection(
    asked: Automatic, each: int, candidates: Sequence[Candidate], choice: Choice
) -> dict[str, Any]:
    vetoed = [
        {"method": candidate.method, "trial": candidate.number, "reasons": list(reasons)}
        for candidate, reasons in zip(candidates, choice.vetoes, strict=True)
        if reasons
    ]
    return {
        "asked_for": "auto",
        "criterion": asked.criterion,
        "trials": len(candidates),
        "trials_of_each_method": each,
        "trial": choice.candidate.number,
        "reason": choice.reason,
        "best_of_each_method": best_of_each(candidates, choice),
        "vetoed": vetoed,
    }


def _oracle(
    bench: _Bench, parts: Parts, candidates: Sequence[Candidate], taken: Candidate
) -> dict[str, Any]:
    """Macro-F1 of every candidate on labelled target test windows; nothing is chosen by it."""
    if parts.target_test is None or not len(parts.target_test.known):
        raise TrainingError("method.auto.oracle: the target's test windows have no labels")
    test = parts.target_test.known
    found = []
    for each in candidates:
        network = bench.learnt(each).trained.network
        predicted = judge(network, test.values, network.target).logits.argmax(axis=1)
        found.append(float(f1_score(test.labels, predicted, average="macro")))
    best = int(np.argmax(found))
    every = [
        {"method": each.method, "trial": each.number, "value": round(value, 4)}
        for each, value in zip(candidates, found, strict=True)
    ]
    return {
        "metric": "macro F1 on target_test, whose labels were looked at after the choice",
        "method": candidates[best].method,
        "trial": candidates[best].number,
        "value": round(found[best], 4),
        "value_of_the_choice": round(found[candidates.index(taken)], 4),
        "candidates": every,
    }
