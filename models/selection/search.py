"""The search for a method's settings: the same number of trials for each, resumable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from models.errors import TrainingError
from models.selection.space import Choice, Setting, Space

Run = Callable[[int, dict[str, Setting]], float]


@dataclass(frozen=True)
class Tried:
    """One trial.

    Attributes:
        number: from 0 on.
        settings: that were tried; none in the first trial, which takes the method's own.
        value: of the criterion, larger is better; -inf where nothing could be trained.
        refused: why nothing could be, or None.
    """

    number: int
    settings: dict[str, Setting]
    value: float
    refused: str | None = None


def search(
    name: str, space: Space, trials: int, run: Run, journal: Path, seed: int = 0
) -> list[Tried]:
    """Tries settings of a method; the first trial is the method as it comes.

    What is tried next depends on what was found before (a tree-structured Parzen estimator) and on
    the seed, and on nothing else: a search that is killed goes on with the trial it was in, and
    ends as it would have.

    Args:
        name: of the method, under which the journal keeps its trials.
        space: what may be tried.
        trials: how many, those that a journal has already among them.
        run: trains with the trial's number and settings, and says how good the result looks; a
            TrainingError ends that trial alone, and it counts.
        journal: file that trials are kept in.
        seed: of the search.

    Returns:
        The trials in order.

    Raises:
        TrainingError: when the journal cannot be read, or `run` gives NaN.

    Source: Akiba et al., Optuna, KDD 2019.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    journal.parent.mkdir(parents=True, exist_ok=True)
    try:
        storage = JournalStorage(JournalFileBackend(str(journal)))
        study = optuna.create_study(
            storage=storage, study_name=name, direction="maximize", load_if_exists=True
        )
    except (ValueError, KeyError, OSError) as error:
        raise TrainingError(
            f"search journal {journal}: it cannot be read; remove it to start anew"
        ) from error
    for broken in study.get_trials(states=(TrialState.RUNNING,)):
        study.tell(broken.number, state=TrialState.FAIL)
    for number in range(len(_done(study)), trials):
        study.sampler = _sampler(name, number, seed)
        trial = study.ask()
        # The settings that a method comes with are one trial of its budget.
        settings = {} if number == 0 else _drawn(trial, space)
        trial.set_user_attr("settings", settings)
        try:
            value = run(number, settings)
        except TrainingError as error:
            trial.set_user_attr("refused", str(error))
            study.tell(trial, state=TrialState.PRUNED)
            continue
        if np.isnan(value):
            raise TrainingError(f"method {name}, trial {number}: the criterion is NaN")
        study.tell(trial, value)
    return [
        Tried(
            number,
            trial.user_attrs["settings"],
            -np.inf if trial.value is None else float(trial.value),
            trial.user_attrs.get("refused"),
        )
        for number, trial in enumerate(_done(study)[:trials])
    ]


def _done(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    return study.get_trials(states=(TrialState.COMPLETE, TrialState.PRUNED))


def _sampler(name: str, number: int, seed: int) -> optuna.samplers.BaseSampler:
    """A sampler of its own for each trial, so that a search that goes on draws the same."""
    entropy = [seed, number, *name.encode()]
    own = int(np.random.SeedSequence(entropy).generate_state(1)[0])
    return optuna.samplers.TPESampler(seed=own, n_startup_trials=5)


def _drawn(trial: optuna.Trial, space: Space) -> dict[str, Setting]:
    settings: dict[str, Setting] = {}
    for name, each in space.items():
        if isinstance(each, Choice):
            settings[name] = each.of[int(trial.suggest_categorical(name, range(len(each.of))))]
        else:
            settings[name] = trial.suggest_float(name, each.low, each.high, log=each.log)
    return settings
