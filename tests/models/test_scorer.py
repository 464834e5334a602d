from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.card import CARD_FILE, MODEL_FILE
from models.errors import ContractError, FrameError, IntegrityError
from models.frames import WindowFrame, decode_scores, encode_windows
from models.runtime import CPU, Session
from models.scorer import Scorer
from tests.models.folders import CHANNELS, LENGTH, make_folder
from tidegate.errors import ModelError

# What the fixtures train and load is made once, not in each worker.
pytestmark = pytest.mark.xdist_group("models")

REGISTRY = Path(__file__).resolve().parents[2] / "registry" / "cobot" / "1"
MOST = 70


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("registry") / "small" / "1")


@pytest.fixture(scope="module")
def scorer(folder: Path) -> Scorer:
    return Scorer(folder, providers=[CPU], clock=lambda: 1234.5)


@pytest.fixture(scope="module")
def committed() -> Scorer:
    return Scorer(REGISTRY)


@pytest.fixture(scope="module")
def windows(committed: Scorer) -> np.ndarray:
    shape = (MOST, len(committed.card.channels), committed.card.length)
    return np.random.default_rng(1).normal(10.0, 12.0, shape).astype(np.float32)


@pytest.fixture(scope="module")
def alone(committed: Scorer, windows: np.ndarray) -> np.ndarray:
    return np.concatenate([committed.score_windows(row[None]) for row in windows])


def request(windows: np.ndarray) -> bytes:
    return encode_windows(WindowFrame(windows, tuple(b"%d" % i for i in range(len(windows)))))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, MOST - 1), max_size=MOST), st.data())
def test_a_score_depends_on_nothing_but_its_window(
    committed: Scorer,
    windows: np.ndarray,
    alone: np.ndarray,
    rows: list[int],
    data: st.DataObject,
) -> None:
    """Any windows in any order, split over frames anywhere: the bits of each scored alone."""
    at = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=4)))
    parts = [rows[a:b] for a, b in zip([0, *at], [*at, len(rows)], strict=True)]
    for part in parts:
        found = decode_scores(committed.score(request(windows[part])))
        assert found.values.tobytes() == alone[part].tobytes()
        assert found.contexts == tuple(b"%d" % i for i in range(len(part)))


@settings(deadline=None, max_examples=25)
@given(st.sets(st.integers(0, 20), min_size=1), st.sampled_from([np.nan, np.inf, -np.inf]))
def test_a_window_that_is_not_finite_scores_nan_and_harms_no_neighbour(
    committed: Scorer, windows: np.ndarray, alone: np.ndarray, broken: set[int], value: float
) -> None:
    rows = sorted(broken)
    batch = windows[:21].copy()
    batch[rows, 3, -1] = value
    found = committed.score_windows(batch)
    assert np.isnan(found[rows]).all()
    whole = [row for row in range(21) if row not in broken]
    assert found[whole].tobytes() == alone[whole].tobytes()
    assert np.isfinite(found[whole]).all()


def test_a_frame_without_rows_gives_a_response_without_rows(scorer: Scorer) -> None:
    found = decode_scores(scorer.score(request(np.zeros((0, 0, 0), dtype=np.float32))))
    assert found.values.shape == (0, 3)
    assert found.contexts == ()


def test_a_response_says_provider_outputs_and_time(scorer: Scorer) -> None:
    windows = np.zeros((2, len(CHANNELS), LENGTH), dtype=np.float32)
    found = decode_scores(scorer.score(request(windows)))
    assert found.provider == CPU == scorer.provider
    assert found.outputs == ("score", "probability", "reconstruction_error")
    assert found.scored_at == 1_234_500


def test_the_provider_that_is_used_is_logged(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="models"):
        scorer = Scorer(folder)
    assert f"provider {scorer.provider}" in caplog.text
    assert scorer.card.sha256 in caplog.text


def test_windows_of_another_shape_are_refused(scorer: Scorer) -> None:
    windows = np.zeros((1, len(CHANNELS) + 1, LENGTH), dtype=np.float32)
    with pytest.raises(ContractError, match=r"\[4, 8\].*expects \[3, 8\]"):
        scorer.score(request(windows))


def test_bytes_that_are_no_frame_are_refused(scorer: Scorer) -> None:
    with pytest.raises(FrameError):
        scorer.score(b"")


def test_an_altered_model_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    with (copy / MODEL_FILE).open("ab") as stream:
        stream.write(b"\0")
    with pytest.raises(ModelError, match=r"sha256 of model.onnx is [0-9a-f]{64}, the card says"):
        Scorer(copy)


def test_a_model_other_than_the_plan_s_is_refused(folder: Path) -> None:
    with pytest.raises(IntegrityError, match="the plan was made with 00"):
        Scorer(folder, expected_sha256="0" * 64)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"card.json is missing"):
        Scorer(tmp_path)


def test_channels_in_another_order_are_refused(folder: Path) -> None:
    order = ("speed", "current", "temperature")
    with pytest.raises(ModelError, match=r"channels\[0\] is speed, model small 1 expects current"):
        Scorer(folder, channels=order)
    assert Scorer(folder, channels=CHANNELS).card.channels == CHANNELS


def test_a_card_with_channels_swapped_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    text = (copy / CARD_FILE).read_text()
    swapped = text.replace('"speed"', '"?"').replace('"current"', '"speed"').replace("?", "current")
    (copy / CARD_FILE).write_text(swapped)
    with pytest.raises(ContractError, match="made for the channels current,speed,temperature"):
        Scorer(copy)


def test_a_card_with_another_length_or_other_outputs_is_refused(
    folder: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    text = (copy / CARD_FILE).read_text()
    (copy / CARD_FILE).write_text(text.replace('"length": 8', '"length": 9'))
    with pytest.raises(ContractError, match=r"takes .* \[3, 8\], its card says \[3, 9\]"):
        Scorer(copy)
    (copy / CARD_FILE).write_text(text.replace('"probability"', '"chance"'))
    with pytest.raises(ContractError, match=r"gives score, prob.* its card says score, ch"):
        Scorer(copy)


def test_portions_that_round_differently_are_not_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A kernel for few rows that rounds otherwise: the scores come from large portions alone."""
    real = Session._run

    def rounding(
        session: Session, windows: np.ndarray, portions: tuple[int, ...], domain: None = None
    ) -> np.ndarray:
        scores = real(session, windows, portions, domain)
        small = portions[0] == 8 and len(windows) <= 8
        return np.nextafter(scores, np.float32(2)) if small else scores

    monkeypatch.setattr(Session, "_run", rounding)
    assert Scorer(folder, providers=[CPU])._session.portions == (16,)
    assert "portions of [8] score differently" in caplog.text


def test_scoring_needs_no_library_of_training() -> None:
    program = (
        "import sys, models.scorer; "
        "print(*{'torch', 'onnx', 'sklearn', 'pyflink'} & {m.split('.')[0] for m in sys.modules})"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == ""


def test_a_file_that_is_no_graph_is_refused(folder: Path, tmp_path: Path) -> None:
    from models.card import sha256_of
    from tests.models.folders import card_of

    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / MODEL_FILE).write_bytes(b"no graph")
    card_of(copy).write(copy)
    assert sha256_of(copy / MODEL_FILE)
    with pytest.raises(ContractError, match="cannot be loaded"):
        Scorer(copy)
