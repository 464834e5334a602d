from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.errors import TrainingError

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from models.augmentation.augmentation import Chain  # noqa: E402
from models.augmentation.catalogue import AUGMENTATIONS  # noqa: E402
from models.augmentation.jitter import Jitter  # noqa: E402
from models.augmentation.offset import Offset  # noqa: E402
from models.augmentation.rotation import Rotation  # noqa: E402
from models.augmentation.scaling import Scaling  # noqa: E402
from models.augmentation.time_mask import TimeMask  # noqa: E402
from models.augmentation.time_warp import TimeWarp  # noqa: E402

LENGTH = 32


def windows(count: int = 50) -> Any:
    torch.manual_seed(0)
    return 5.0 + torch.randn(count, 6, LENGTH)


def made(kind: str) -> Any:
    given = {"triads": [[0, 1, 2], [3, 4, 5]]} if kind == "rotation" else {}
    return AUGMENTATIONS[kind](**given)


def change(augmentation: Any, given: Any, scale: float = 1.0, seed: int = 1) -> Any:
    scales = torch.full((len(given), given.shape[1], 1), scale)
    return augmentation(given, scales, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("kind", sorted(AUGMENTATIONS))
def test_the_seed_decides_and_nothing_else(kind: str) -> None:
    given = windows()
    kept = given.clone()
    one = change(made(kind), given)
    torch.manual_seed(99)
    torch.testing.assert_close(change(made(kind), given), one, rtol=0, atol=0)
    assert not torch.equal(change(made(kind), given, seed=2), one)
    assert one.shape == given.shape
    assert one.dtype == torch.float32
    assert not torch.equal(one, given)
    torch.testing.assert_close(given, kept, rtol=0, atol=0)


@pytest.mark.parametrize("augmentation", [Jitter(0.1), Offset(0.1)])
def test_noise_is_as_large_as_the_domain_s_channels(augmentation: Any) -> None:
    given = windows(2000)
    moved = change(augmentation, given, scale=7.0) - given
    assert float(moved.std()) == pytest.approx(0.7, rel=0.05)
    if isinstance(augmentation, Offset):
        assert float(moved.std(dim=2).max()) < 1e-5


def test_scaling_keeps_the_level_and_stays_in_its_range() -> None:
    given = windows()
    found = change(Scaling(0.3), given)
    torch.testing.assert_close(found.mean(dim=2), given.mean(dim=2))
    factors = found.std(dim=2) / given.std(dim=2)
    assert 0.7 - 1e-4 <= float(factors.min()) < float(factors.max()) <= 1.3 + 1e-4
    together = change(Scaling(0.3, each_channel=False), given).std(dim=2) / given.std(dim=2)
    torch.testing.assert_close(together, together[:, :1].expand(-1, 6))


def test_a_mask_hides_one_stretch_of_all_channels() -> None:
    given = windows()
    hidden = change(TimeMask(0.5), given) != given
    assert bool((hidden == hidden[:, :1]).all())
    lengths = hidden[:, 0].sum(dim=1)
    assert 0 < int(lengths.max()) <= LENGTH // 2 + 1
    edges = hidden[:, 0].int().diff(dim=1).abs().sum(dim=1)
    assert int(edges.max()) <= 2


def test_a_warp_moves_samples_in_time_but_not_the_ends_and_not_their_order() -> None:
    ramp = torch.arange(LENGTH, dtype=torch.float32).expand(20, 6, LENGTH)
    found = change(TimeWarp(0.5), ramp)
    torch.testing.assert_close(found[:, :, 0], ramp[:, :, 0])
    torch.testing.assert_close(found[:, :, -1], ramp[:, :, -1])
    assert bool((found.diff(dim=2) > 0).all())
    assert float((found - ramp).abs().max()) > 1.0


def test_a_rotation_turns_all_triads_of_a_window_alike_and_by_a_small_angle() -> None:
    given = windows()
    given[:, 3:] = given[:, :3] * 2.0
    found = change(Rotation([[0, 1, 2], [3, 4, 5]], degrees=15.0), given)
    torch.testing.assert_close(found[:, 3:], found[:, :3] * 2.0)
    torch.testing.assert_close(found[:, :3].norm(dim=1), given[:, :3].norm(dim=1))
    cosines = torch.cosine_similarity(found[:, :3], given[:, :3], dim=1)
    assert float(cosines.min()) >= np.cos(np.radians(15.0)) - 1e-4
    assert float(cosines.min()) < 0.99


def test_a_chain_is_its_steps_in_order() -> None:
    given = windows()
    random = torch.Generator().manual_seed(1)
    scales = torch.ones(len(given), 6, 1)
    wanted = Jitter()(Scaling()(given, scales, random), scales, random)
    torch.testing.assert_close(change(Chain([Scaling(), Jitter()]), given), wanted)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Jitter(0.0), "jitter.deviations: 0, expected above 0"),
        (lambda: Scaling(2.0), "scaling.strength: 2, expected above 0 and at most 1"),
        (lambda: Rotation([]), "rotation.triads: .*three channels"),
        (lambda: Rotation([[0, 1]]), "rotation.triads: .*three channels"),
    ],
)
def test_settings_that_make_no_sense_are_refused(make: Any, message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        make()
