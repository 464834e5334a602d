"""Frames that cross between the JVM and Python: windows in, scores out.

All numbers are little endian.

request: ``TGW1``, u32 count, u32 channels, u32 length, float32 [count, channels, length],
then for every row u32 n and n bytes of context. ``TGW2`` has for every row u32 n and n bytes of
the window's key in UTF-8 before that, for a model that takes numbers of each key's domain.

response: ``TGS1``, u32 count, u16 n and n bytes of UTF-8 JSON (provider, outputs, scored_at, and
unknown_domains where there are some),
float32 [count, outputs], then the rows' contexts as they came.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import orjson

from models.errors import FrameError

Floats = npt.NDArray[np.float32]

_REQUEST = struct.Struct("<4sIII")
_RESPONSE = struct.Struct("<4sIH")
_LENGTH = struct.Struct("<I")
_LITTLE = np.dtype("<f4")
_PLAIN, _KEYED = b"TGW1", b"TGW2"


@dataclass(frozen=True)
class WindowFrame:
    """Windows to score.

    Attributes:
        windows: float32 [count, channels, length], in the units of the model's card.
        contexts: one opaque byte string a row.
        keys: of the rows, whose domain's numbers they are scored by; None where none are asked for.
    """

    windows: Floats
    contexts: tuple[bytes, ...]
    keys: tuple[str, ...] | None = None


@dataclass(frozen=True)
class ScoreFrame:
    """Scores of the rows of one request, in its order.

    Attributes:
        provider: execution provider of ONNX Runtime that was used.
        outputs: names of the columns of `values`.
        scored_at: wall time in epoch ms.
        values: float32 [count, outputs]; a NaN row had a window that is not finite.
        contexts: the request's contexts, untouched.
        unknown_domains: how many rows had a key without numbers of its own.
    """

    provider: str
    outputs: tuple[str, ...]
    scored_at: int
    values: Floats
    contexts: tuple[bytes, ...]
    unknown_domains: int = 0


def encode_windows(frame: WindowFrame) -> bytes:
    """Bytes of a request.

    Raises:
        FrameError: when rows and contexts differ in number or `windows` is not 3-dimensional.
    """
    if frame.windows.ndim != 3:
        raise FrameError(
            f"windows have {frame.windows.ndim} dimensions, expected 3: [count, channels, length]"
        )
    _same_count(len(frame.windows), len(frame.contexts))
    head = _REQUEST.pack(_PLAIN if frame.keys is None else _KEYED, *frame.windows.shape)
    keys = b""
    if frame.keys is not None:
        _same_count(len(frame.windows), len(frame.keys))
        keys = _join(tuple(key.encode() for key in frame.keys))
    return head + frame.windows.astype(_LITTLE).tobytes() + keys + _join(frame.contexts)


def decode_windows(data: bytes) -> WindowFrame:
    """Reads a request; the windows are a read-only view of `data`.

    Raises:
        FrameError: when the bytes are not exactly one request.
    """
    keyed = data[:4] == _KEYED
    count, channels, length = _head(_REQUEST, data, _KEYED if keyed else _PLAIN)
    values, at = _floats(data, _REQUEST.size, count * channels * length)
    keys = None
    if keyed:
        parts, at = _split(data, at, count)
        try:
            keys = tuple(part.decode() for part in parts)
        except UnicodeDecodeError as error:
            raise FrameError(f"frame: a key is not UTF-8: {error}") from error
    contexts, at = _split(data, at, count)
    _ended(data, at)
    return WindowFrame(values.reshape(count, channels, length), contexts, keys)


def encode_scores(frame: ScoreFrame) -> bytes:
    """Bytes of a response.

    Raises:
        FrameError: when rows and contexts differ in number, or columns and outputs do.
    """
    _same_count(len(frame.values), len(frame.contexts))
    if frame.values.shape[1:] != (len(frame.outputs),):
        raise FrameError(
            f"scores have shape {frame.values.shape}, expected {len(frame.outputs)} columns"
        )
    said: dict[str, object] = {
        "provider": frame.provider,
        "outputs": list(frame.outputs),
        "scored_at": frame.scored_at,
    }
    if frame.unknown_domains:
        said["unknown_domains"] = frame.unknown_domains
    meta = orjson.dumps(said)
    head = _RESPONSE.pack(b"TGS1", len(frame.values), len(meta))
    return head + meta + frame.values.astype(_LITTLE).tobytes() + _join(frame.contexts)


def decode_scores(data: bytes) -> ScoreFrame:
    """Reads a response.

    Raises:
        FrameError: when the bytes are not exactly one response.
    """
    count, size = _head(_RESPONSE, data, b"TGS1")
    at = _RESPONSE.size + size
    try:
        meta = orjson.loads(data[_RESPONSE.size : at])
        provider, outputs = str(meta["provider"]), tuple(str(name) for name in meta["outputs"])
        scored_at, unknown = int(meta["scored_at"]), int(meta.get("unknown_domains", 0))
    except (ValueError, KeyError, TypeError) as error:
        raise FrameError(f"score frame: its meta data cannot be read: {error}") from error
    values, at = _floats(data, at, count * len(outputs))
    contexts, at = _split(data, at, count)
    _ended(data, at)
    values = values.reshape(count, len(outputs))
    return ScoreFrame(provider, outputs, scored_at, values, contexts, unknown)


def _head(form: struct.Struct, data: bytes, magic: bytes) -> tuple[int, ...]:
    if len(data) < form.size or data[:4] != magic:
        raise FrameError(
            f"frame of {len(data)} bytes starts with {data[:4]!r}, expected {magic!r} and a head "
            f"of {form.size} bytes"
        )
    return form.unpack_from(data)[1:]


def _floats(data: bytes, at: int, count: int) -> tuple[Floats, int]:
    end = at + 4 * count
    if end > len(data):
        raise FrameError(f"frame ends at byte {len(data)}, its {count} numbers need {end}")
    values = np.frombuffer(data, _LITTLE, count, at)
    return values.astype(np.float32, copy=False), end


def _join(contexts: tuple[bytes, ...]) -> bytes:
    return b"".join(part for c in contexts for part in (_LENGTH.pack(len(c)), c))


def _split(data: bytes, at: int, count: int) -> tuple[tuple[bytes, ...], int]:
    """A byte string a row, and where they end."""
    parts = []
    for row in range(count):
        start = at + 4
        end = start + _LENGTH.unpack_from(data, at)[0] if start <= len(data) else start
        if end > len(data):
            raise FrameError(f"frame ends at byte {len(data)}, bytes of row {row} need {end}")
        parts.append(data[start:end])
        at = end
    return tuple(parts), at


def _ended(data: bytes, at: int) -> None:
    if at != len(data):
        raise FrameError(f"frame has {len(data) - at} bytes after its last row")


def _same_count(rows: int, contexts: int) -> None:
    if rows != contexts:
        raise FrameError(f"{rows} rows with {contexts} contexts, expected as many")
