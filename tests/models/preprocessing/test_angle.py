from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from models.features.angle import Angle  # noqa: E402


def unit(*components: float) -> np.ndarray:
    vector = np.array(components)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def rows(direction: np.ndarray, reference: np.ndarray) -> np.ndarray:
    windows = torch.from_numpy(np.repeat(direction[None, :, None], 4, axis=2).astype(np.float32))
    found = Angle("tilt", (0, 1, 2))(windows, torch.from_numpy(reference)[None])
    assert (found == found[:, :, :1]).all()
    return np.asarray(found[0, :, 0])


@pytest.mark.parametrize("reference", [unit(1, 0.2, 0.1), unit(0.1, -1, 0.3), unit(0, 0.1, 1)])
def test_the_reference_itself_leans_nowhere(reference: np.ndarray) -> None:
    np.testing.assert_allclose(rows(3.0 * reference, reference), 0.0, atol=1e-3)


def test_the_first_row_is_the_angle_to_the_reference() -> None:
    reference = unit(1, 0.2, 0.1)
    across = np.cross(reference, unit(0, 1, 0))
    across /= np.linalg.norm(across)
    leaning = np.cos(0.4) * reference + np.sin(0.4) * across
    assert rows(leaning, reference)[0] == pytest.approx(0.4, abs=1e-3)


def test_the_same_lean_is_the_same_rows_on_sensors_that_sit_nearly_alike() -> None:
    # The smallest component is another one in each: a frame by that axis would turn over.
    one, other = unit(1, 0.10, 0.11), unit(1, 0.11, 0.10)
    lean = np.array([0.0, 0.3, 0.0])
    np.testing.assert_allclose(rows(one + lean, one), rows(other + lean, other), atol=0.01)
    assert rows(one + lean, one)[1] > 0.2
    assert abs(rows(one + lean, one)[2]) < 0.05
