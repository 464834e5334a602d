"""The numbers of domains that one graph serves: a file beside it, a row for every key.

`domains.json` has objects by parameter, so that a change shows as the number that changed:

    {"default": {"mean(flow)": 0.4, ...}, "domains": {"robot_7": {"mean(flow)": 0.6, ...}}}
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from models.errors import CardError

DOMAINS_FILE = "domains.json"

Floats = npt.NDArray[np.float32]


class Found(NamedTuple):
    """Numbers for windows.

    Attributes:
        numbers: float32 [count, parameters].
        known: bool [count], whether the key has numbers of its own; the others have the default's.
    """

    numbers: Floats
    known: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class DomainTable:
    """Numbers by key, and those of a key that has none.

    Attributes:
        parameters: names of the numbers, in the order of the graph's input `domain`.
        default: float32 [parameters], the target's of the training.
        rows: float32 [parameters] each, by key.
    """

    parameters: tuple[str, ...]
    default: Floats
    rows: Mapping[str, Floats]

    def of(self, keys: Sequence[str]) -> Found:
        """The numbers for windows of keys, in their order."""
        # One look-up and one copy a window: this is called for every batch of the stream.
        at = np.fromiter((self._index.get(key, 0) for key in keys), np.intp, len(keys))
        return Found(self._matrix[at], at > 0)

    def of_one(self, key: str | None) -> Floats:
        """float32 [parameters] of a key, the default's for None.

        Raises:
            KeyError: when the key has none.
        """
        return self.default if key is None else self.rows[key]

    def with_rows(self, rows: Mapping[str, Floats]) -> DomainTable:
        """The same table with more rows, or others in the place of some."""
        return DomainTable(self.parameters, self.default, {**self.rows, **rows})

    def write(self, folder: Path) -> Path:
        """Writes `domains.json`, keys in order of their names; returns where."""
        document = {
            "default": self._named(self.default),
            "domains": {key: self._named(self.rows[key]) for key in sorted(self.rows)},
        }
        path = folder / DOMAINS_FILE
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
        return path

    @staticmethod
    def read(path: Path, parameters: Sequence[str]) -> DomainTable:
        """Reads a file.

        Args:
            path: of the file.
            parameters: that the card names, in the order of the graph's input.

        Raises:
            CardError: when it is not of its form, or a row has other parameters than these.
        """
        try:
            document = json.loads(path.read_bytes())
            default, named = document["default"], dict(document["domains"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CardError(f"{path}: cannot be read: {type(error).__name__}: {error}") from error
        row = _Row(path, tuple(parameters))
        return DomainTable(
            row.parameters,
            row.read("default", default),
            {key: row.read(f"domain {key}", each) for key, each in named.items()},
        )

    def _named(self, row: Floats) -> dict[str, float]:
        return dict(zip(self.parameters, map(_short, row), strict=True))

    @cached_property
    def _index(self) -> dict[str, int]:
        return {key: at for at, key in enumerate(self.rows, start=1)}

    @cached_property
    def _matrix(self) -> Floats:
        return np.stack([self.default, *self.rows.values()])


@dataclass(frozen=True)
class _Row:
    path: Path
    parameters: tuple[str, ...]

    def read(self, name: str, found: Any) -> Floats:
        if not isinstance(found, dict) or set(found) != set(self.parameters):
            odd = set(found if isinstance(found, dict) else ()) ^ set(self.parameters)
            raise CardError(
                f"{self.path}: {name}: {', '.join(sorted(odd)[:3])} in one of the row and the "
                f"card's parameters only; expected the {len(self.parameters)} that the card names"
            )
        try:
            row = np.array([found[each] for each in self.parameters], np.float32)
        except (TypeError, ValueError) as error:
            raise CardError(f"{self.path}: {name}: expected numbers: {error}") from error
        if row.ndim != 1 or not np.isfinite(row).all():
            raise CardError(f"{self.path}: {name}: expected finite numbers")
        return row


def _short(value: np.float32) -> float:
    """The number with the fewest digits that reads back as the same float32."""
    short = float(str(value))
    return short if np.float32(short) == value else float(value)
