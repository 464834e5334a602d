"""One graph that takes the numbers of a domain: what streams for many machines."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.card import CARD_FILE, MODEL_FILE
from models.domain_table import DOMAINS_FILE
from models.errors import ContractError, IntegrityError
from models.frames import WindowFrame, decode_scores, encode_windows
from models.runtime import CPU, Session
from models.scorer import Scorer
from tests.models.many import OFFSET, make_many, windows
from tidegate.errors import ModelError

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

# What the fixtures train and load is made once, not in each worker.
pytestmark = pytest.mark.xdist_group("models")

SHIFTS = {"raised": OFFSET, "lowered": -OFFSET, "nobody": 0 * OFFSET}
MOST = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("registry") / "small" / "1"
    make_many(made)
    return made


@pytest.fixture(scope="module")
def scorer(folder: Path) -> Scorer:
    return Scorer(folder)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    made = tmp_path_factory.mktemp("registry") / "strict" / "1"
    make_many(made, unknown="invalid")
    return Scorer(made)


def seen_by(keys: list[str], seed: int = 7) -> np.ndarray:
    """The same kind of windows, each as its machine sees it."""
    shifts = np.stack([SHIFTS[key] for key in keys])[:, :, None]
    shifted: np.ndarray = (windows(len(keys), seed) + shifts).astype(np.float32)
    return shifted


def test_two_keys_in_one_batch_score_as_two_graphs_of_one_domain(
    scorer: Scorer, tmp_path: Path
) -> None:
    from models.export import export
    from models.scoring.graph import ScoringGraph

    whole = make_many(tmp_path / "many" / "1")
    keys = ["raised", "lowered"] * 50
    batch = seen_by(keys)
    found = scorer.score_windows(batch, keys)
    for at, key in enumerate(("raised", "lowered")):
        alone = ScoringGraph(whole.network, whole.calibration, domain=at)
        file = tmp_path / f"{key}.onnx"
        export(alone, file, ("a", "b"), windows(1000))
        expected = Session(file, [CPU]).run(batch[at::2])
        np.testing.assert_allclose(found[at::2], expected, rtol=0, atol=1e-5)
    swapped = scorer.score_windows(batch, keys[::-1])
    assert np.abs(swapped - found).max() > 0.01


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, MOST - 1), st.sampled_from(list(SHIFTS))), max_size=MOST))
def test_a_score_depends_on_nothing_but_its_window_and_its_key(
    scorer: Scorer, rows: list[tuple[int, str]]
) -> None:
    every = windows(MOST, seed=11)
    keys = [key for _, key in rows]
    batch = every[[at for at, _ in rows]] if rows else every[:0]
    found = scorer.score_windows(batch, keys)
    for row, (key, values) in enumerate(zip(keys, batch, strict=True)):
        assert found[row].tobytes() == scorer.score_windows(values[None], [key])[0].tobytes()


def test_an_unknown_key_is_scored_by_the_default_and_counted(scorer: Scorer) -> None:
    batch, keys = seen_by(["nobody", "raised", "nobody"]), ("nobody", "raised", "nobody")
    contexts = (b"0", b"1", b"2")
    found = decode_scores(scorer.score(encode_windows(WindowFrame(batch, contexts, keys))))
    assert found.unknown_domains == 2
    assert found.contexts == contexts
    np.testing.assert_array_equal(found.values, scorer.score_windows(batch, keys))
    np.testing.assert_array_equal(found.values[::2], scorer.score_windows(batch[::2]))


def test_an_unknown_key_is_invalid_where_the_card_says_so(strict: Scorer) -> None:
    keys = ("raised", "nobody", "lowered")
    batch = seen_by(list(keys))
    found = decode_scores(strict.score(encode_windows(WindowFrame(batch, (b"",) * 3, keys))))
    assert found.unknown_domains == 1
    assert np.isnan(found.values[1]).all()
    known = strict.score_windows(batch[::2], keys[::2])
    assert np.isfinite(known).all()
    assert found.values[::2].tobytes() == known.tobytes()


def test_windows_without_keys_are_refused_where_the_model_asks_for_them(scorer: Scorer) -> None:
    with pytest.raises(ContractError, match="small 1 has numbers of keys, and the frame"):
        scorer.score(encode_windows(WindowFrame(windows(1), (b"",))))
    with pytest.raises(ContractError, match="2 windows with 1 keys"):
        scorer.score_windows(windows(2), ["raised"])


def test_a_graph_and_its_numbers_have_to_fit(folder: Path, tmp_path: Path) -> None:
    session = Session(folder / MODEL_FILE, [CPU])
    with pytest.raises(ContractError, match="takes 4 numbers of a domain, given were none"):
        session.run(windows(2))
    with pytest.raises(ContractError, match=r"domain is \[3, 4\], the graph expects \[2, 4\]"):
        session.run(windows(2), np.ones((3, 4), np.float32))
    copy = shutil.copytree(folder, tmp_path / "copy")
    text = (copy / CARD_FILE).read_text()
    for old, new in (("mean(a)", "?"), ("mean(b)", "mean(a)"), ("?", "mean(b)")):
        text = text.replace(old, new)
    (copy / CARD_FILE).write_text(text)
    with pytest.raises(ContractError, match=r"4 numbers of a domain \(mean\(a\),mean\(b\),dev"):
        Scorer(copy)


def test_altered_numbers_are_refused(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    document = json.loads((copy / DOMAINS_FILE).read_bytes())
    document["domains"]["raised"]["mean(a)"] += 1
    (copy / DOMAINS_FILE).write_text(json.dumps(document))
    with pytest.raises(ModelError, match=r"sha256 of domains.json is [0-9a-f]{64}, the card says"):
        Scorer(copy)
    (copy / DOMAINS_FILE).unlink()
    with pytest.raises(ModelError, match=r"domains.json is missing"):
        Scorer(copy)


def test_numbers_other_than_the_plan_s_are_refused(folder: Path) -> None:
    stated = json.loads((folder / CARD_FILE).read_bytes())["inputs"][1]["sha256"]
    assert Scorer(folder, expected_domains=stated).domains is not None
    with pytest.raises(IntegrityError, match=r"domains' numbers is .* plan was made with 00"):
        Scorer(folder, expected_domains="0" * 64)


def test_an_input_that_nothing_here_feeds_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    text = (copy / CARD_FILE).read_text().replace('"name": "domain"', '"name": "mask"')
    (copy / CARD_FILE).write_text(text)
    with pytest.raises(ModelError, match="inputs: mask; this version feeds a graph 'window' and"):
        Scorer(copy)


@pytest.mark.parametrize("kind", ["int8_dynamic", "int8_static", "fp16"])
def test_a_smaller_form_takes_the_numbers_too(kind: str, folder: Path, tmp_path: Path) -> None:
    from models.quantise import quantise

    table: Any = Scorer(folder).domains
    out = tmp_path / "small.onnx"
    quantise(kind, folder / MODEL_FILE, out, windows(64), table.default)
    keys = ["raised", "lowered"] * 16
    batch, numbers = seen_by(keys), table.of(keys).numbers
    whole = Session(folder / MODEL_FILE, [CPU]).run(batch, numbers)[:, 0]
    small = Session(out, [CPU]).run(batch, numbers)[:, 0]
    assert np.abs(small - whole).max() < 0.1
    assert Session(out, [CPU]).metadata["parameters"].startswith("mean(a),")
