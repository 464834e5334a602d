from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.models.adaptation import toy

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from models.adaptation.catalogue import METHODS  # noqa: E402
from models.adaptation.method import Batch, Context  # noqa: E402
from models.adaptation.objective import Objective  # noqa: E402
from models.adaptation.trainer import Training, train  # noqa: E402
from models.networks.batch_norm import batch_norms, separate  # noqa: E402


def begun(name: str, together: bool, sources: int = 1) -> tuple[Any, Any]:
    data = toy.domains(sources)
    network, method = toy.network(data), METHODS[name]()
    if method.separate_norms:
        separate(network.encoder, len(network.domains))
    objective = Objective.of(data.source.labels, 2, "none")
    random = torch.Generator().manual_seed(0)
    method.begin(Context(network, data, objective, lambda w, o, r: w, random, together))
    rows = torch.arange(8)
    source, target = torch.from_numpy(data.source.values), torch.from_numpy(data.target.values)
    chosen = torch.arange(0, len(source), len(source) // 8)[:8]
    labels, origins = torch.from_numpy(data.source.labels), torch.from_numpy(data.origins)
    views = (target[rows], target[rows])
    return method, Batch(source[chosen], labels[chosen], origins[chosen], *views, rows)


def norms_see(method: Any, batch: Any) -> list[int]:
    """How many windows the first norm is given at once."""
    seen: list[int] = []
    first = batch_norms(method.context.network)[0]
    hook = first.register_forward_hook(lambda norm, given, found: seen.append(len(given[0])))
    method.context.network.train()
    method.judge_both(batch)
    hook.remove()
    return seen


@pytest.mark.parametrize("sources", [1, 2])
def test_each_window_keeps_its_domains_numbers(sources: int) -> None:
    method, batch = begun("shared_batch_norm", together=True, sources=sources)
    method.context.network.eval()
    joined = method.judge_both(batch)
    for one, other in zip(
        joined, (method.judge_source(batch), method.judge_target(batch.target)), strict=True
    ):
        torch.testing.assert_close(one.logits, other.logits)


def test_shared_norms_see_both_domains_only_where_that_is_asked() -> None:
    assert norms_see(*begun("shared_batch_norm", together=True)) == [16]
    assert norms_see(*begun("shared_batch_norm", together=False)) == [8, 8]


def test_separate_norms_never_see_the_other_domain() -> None:
    means = []
    for moved in (0.0, 100.0):
        method, batch = begun("domain_specific_batch_norm", together=True)
        method.context.network.train()
        method.judge_both(replace(batch, target=batch.target + moved))
        state = method.context.network.state_dict()
        means.append([state[key] for key in state if ".norms.0.running_mean" in key])
        means.append([state[key] for key in state if ".norms.1.running_mean" in key])
    source, target, source_again, target_moved = means
    assert source
    torch.testing.assert_close(source, source_again, rtol=0, atol=0)
    assert not torch.equal(target[0], target_moved[0])


@pytest.mark.parametrize("name", ["dann", "mcc", "committee_teacher", "cotmix"])
def test_methods_find_the_classes_in_batches_of_both_domains(name: str) -> None:
    data = toy.domains()
    network = toy.network(data)
    train(METHODS[name](), network, data, Training(epochs=15, batch=16, seed=1, together=True))
    values, labels = toy.waves(200, 400, target=True)
    with torch.no_grad():
        found = network(torch.from_numpy(values), network.target).logits.argmax(dim=1)
    assert (found.numpy() == labels).mean() > 0.9
