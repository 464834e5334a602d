from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.errors import TrainingError
from models.training.definition import TrainingDefinition, read_training
from tests.models.training.files import write

pytest.importorskip("optuna", reason="training needs the extra 'train'")

METHODS = ["source_only", "dann", "domain_specific_batch_norm"]


def prepared(folder: Path, **settings: Any) -> tuple[TrainingDefinition, Any]:
    from jobs.history import read_domain
    from models.training.parts import divide

    asked = {"auto": {"trials": 6, "methods": METHODS, **settings}}
    path = write(folder, method=asked, training={"epochs": 2, "batch": 16, "rate": 0.01})
    definition = read_training(path)
    domains = [*definition.sources, definition.target]
    given = [read_domain(each, definition.window, folder)[0] for each in domains if each]
    return definition, divide(definition, given[:1], given[1])


def learn(definition: TrainingDefinition, parts: Any, folder: Path, report: Any = None) -> Any:
    from models.training.automatic import learn_automatically

    return learn_automatically(definition, parts, folder, report or (lambda epoch: None))


def test_every_method_has_the_same_budget_and_the_card_can_say_why(tmp_path: Path) -> None:
    definition, parts = prepared(tmp_path / "data", oracle=True)
    found = learn(definition, parts, tmp_path / "search")
    said = found.selection
    assert said["asked_for"] == "auto"
    assert (said["trials"], said["trials_of_each_method"]) == (6, 2)
    assert set(said["best_of_each_method"]) == set(METHODS)
    assert said["reason"].startswith("largest balanced_entropy (")
    assert said["oracle"]["value"] >= said["oracle"]["value_of_the_choice"]
    assert found.method.name != "source_only"
    kept = {path.name for path in (tmp_path / "search").glob("*.pt")}
    assert kept == {f"{name}-{number}.pt" for name in METHODS for number in range(2)}


def test_a_method_that_refuses_the_data_is_left_out_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.adaptation.dann import DANN

    def refuse(*ignored: Any) -> None:
        raise TrainingError("method dann: not with these windows")

    monkeypatch.setattr(DANN, "begin", refuse)
    definition, parts = prepared(tmp_path / "data")
    said = learn(definition, parts, tmp_path / "search").selection
    reason = "method dann: not with these windows"
    assert said["refused"] == [{"method": "dann", "trial": n, "reason": reason} for n in (0, 1)]
    assert set(said["best_of_each_method"]) == set(METHODS) - {"dann"}
    definition, parts = prepared(tmp_path / "data", methods=["dann"])
    with pytest.raises(TrainingError, match="nothing could be trained; method dann: not with"):
        learn(definition, parts, tmp_path / "none")


def test_a_search_that_is_killed_ends_with_the_same_network(tmp_path: Path) -> None:
    import torch

    definition, parts = prepared(tmp_path / "data")
    whole = learn(definition, parts, tmp_path / "whole")
    assert "oracle" not in whole.selection

    class KilledError(Exception):
        pass

    count = 0

    def kill(epoch: Any) -> None:
        nonlocal count
        count += 1
        if count == 8:
            raise KilledError

    with pytest.raises(KilledError):
        learn(definition, parts, tmp_path / "killed", kill)
    again = learn(definition, parts, tmp_path / "killed")
    assert again.selection == whole.selection
    one, other = whole.trained.network.state_dict(), again.trained.network.state_dict()
    assert one.keys() == other.keys()
    for name in one:
        torch.testing.assert_close(one[name], other[name], rtol=0, atol=0)


def test_the_network_that_is_taken_is_the_one_that_was_judged(tmp_path: Path) -> None:
    import numpy as np

    from models.selection.judging import judged_of

    definition, parts = prepared(
        tmp_path / "data", methods=["domain_specific_batch_norm"], trials=2
    )
    found = learn(definition, parts, tmp_path / "search")
    from models.selection.target import BalancedEntropy
    from models.training.automatic import prior_of

    judged = judged_of(found.trained.network, parts.domains)
    value = BalancedEntropy(prior=prior_of(parts)).value(judged)
    assert value == pytest.approx(max(found.selection["best_of_each_method"].values()), rel=1e-6)
    assert np.isfinite(judged.target_logits).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"trials": 2}, "2 trials for 3 methods"),
        ({"methods": ["dan"]}, "method.auto: dan, expected some of source_only"),
        ({"methods": ["moment_matching"]}, "method.auto: moment_matching: one source, expected"),
        ({"criterion": "auroc"}, "method.auto.criterion: auroc, expected one of source_risk"),
        ({"budget": 3}, "method.auto: unknown setting budget, expected trials"),
    ],
)
def test_what_cannot_be_searched_is_refused(
    settings: dict[str, Any], message: str, tmp_path: Path
) -> None:
    definition, parts = prepared(tmp_path / "data", **settings)
    with pytest.raises(TrainingError, match=message):
        learn(definition, parts, tmp_path / "search")


def test_another_search_s_folder_is_refused(tmp_path: Path) -> None:
    definition, parts = prepared(tmp_path / "data", methods=["source_only"], trials=1)
    learn(definition, parts, tmp_path / "search")
    changed = definition.model_copy(update={"training": {**definition.training, "epochs": 3}})
    with pytest.raises(TrainingError, match="it is of another training file or other data"):
        learn(changed, parts, tmp_path / "search")
