from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from models.errors import FrameError
from models.frames import (
    ScoreFrame,
    WindowFrame,
    decode_scores,
    decode_windows,
    encode_scores,
    encode_windows,
)

FLOATS = st.floats(width=32)
COUNTS = st.integers(0, 5)


@st.composite
def window_frames(draw: st.DrawFn) -> WindowFrame:
    count, channels, length = draw(COUNTS), draw(st.integers(1, 4)), draw(st.integers(1, 6))
    windows = draw(arrays.arrays(np.float32, (count, channels, length), elements=FLOATS))
    contexts = draw(st.lists(st.binary(max_size=40), min_size=count, max_size=count))
    keys = draw(st.none() | st.lists(st.text(), min_size=count, max_size=count).map(tuple))
    return WindowFrame(windows, tuple(contexts), keys)


@st.composite
def score_frames(draw: st.DrawFn) -> ScoreFrame:
    count, outputs = draw(COUNTS), draw(st.lists(st.text(), min_size=1, max_size=3))
    values = draw(arrays.arrays(np.float32, (count, len(outputs)), elements=FLOATS))
    contexts = draw(st.lists(st.binary(max_size=40), min_size=count, max_size=count))
    scored_at, unknown = draw(st.integers(0, 2**52)), draw(st.integers(0, count))
    provider = draw(st.text())
    return ScoreFrame(provider, tuple(outputs), scored_at, values, tuple(contexts), unknown)


@given(window_frames())
def test_a_decoded_request_is_what_was_encoded(frame: WindowFrame) -> None:
    found = decode_windows(encode_windows(frame))
    np.testing.assert_array_equal(found.windows, frame.windows)
    assert found.windows.dtype == np.float32
    assert (found.contexts, found.keys) == (frame.contexts, frame.keys)


@given(score_frames())
def test_a_decoded_response_is_what_was_encoded(frame: ScoreFrame) -> None:
    found = decode_scores(encode_scores(frame))
    np.testing.assert_array_equal(found.values, frame.values)
    assert (found.provider, found.outputs, found.scored_at, found.contexts) == (
        frame.provider,
        frame.outputs,
        frame.scored_at,
        frame.contexts,
    )
    assert found.unknown_domains == frame.unknown_domains


@given(window_frames(), st.data())
def test_a_request_that_is_cut_short_or_too_long_is_refused(
    frame: WindowFrame, data: st.DataObject
) -> None:
    encoded = encode_windows(frame)
    keep = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(FrameError):
        decode_windows(encoded[:keep])
    with pytest.raises(FrameError, match="after its last row"):
        decode_windows(encoded + b"x")


@given(score_frames(), st.data())
def test_a_response_that_is_cut_short_is_refused(frame: ScoreFrame, data: st.DataObject) -> None:
    encoded = encode_scores(frame)
    keep = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(FrameError):
        decode_scores(encoded[:keep])


def test_the_layout_of_a_request_is_the_agreed_one() -> None:
    frame = WindowFrame(np.array([[[1.0, 2.0]]], dtype=np.float32), (b"ctx",))
    wanted = (
        b"TGW1\x01\0\0\0\x01\0\0\0\x02\0\0\0"  # count, channels, length
        b"\0\0\x80\x3f\0\0\0\x40"  # 1.0, 2.0
        b"\x03\0\0\0ctx"
    )
    assert encode_windows(frame) == wanted


def test_the_layout_of_a_response_is_the_agreed_one() -> None:
    frame = ScoreFrame("P", ("score",), 5, np.array([[1.0]], dtype=np.float32), (b"c",))
    meta = b'{"provider":"P","outputs":["score"],"scored_at":5}'
    wanted = b"TGS1\x01\0\0\0" + bytes([len(meta), 0]) + meta + b"\0\0\x80\x3f\x01\0\0\0c"
    assert encode_scores(frame) == wanted


def test_the_layout_of_a_request_with_keys_is_the_agreed_one() -> None:
    values = np.array([[[1.0]]], dtype=np.float32)
    wanted = b"TGW2" + b"\x01\0\0\0" * 3 + b"\0\0\x80\x3f\x02\0\0\0\xc3\xa4\x01\0\0\0c"
    assert encode_windows(WindowFrame(values, (b"c",), ("ä",))) == wanted
    with pytest.raises(FrameError, match="a key is not UTF-8"):
        decode_windows(wanted.replace(b"\xc3\xa4", b"\xc3\xc3"))
    with pytest.raises(FrameError, match="1 rows with 0 contexts, expected as many"):
        encode_windows(WindowFrame(values, (b"c",), ()))


def test_another_format_is_named() -> None:
    with pytest.raises(FrameError, match="starts with b'TGW9', expected b'TGW1'"):
        decode_windows(b"TGW9" + bytes(12))


def test_rows_without_context_are_refused() -> None:
    with pytest.raises(FrameError, match="1 rows with 0 contexts"):
        encode_windows(WindowFrame(np.zeros((1, 1, 1), dtype=np.float32), ()))
