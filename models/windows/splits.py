"""Dividing data by time or by group, and proof that no window lies in two parts.

Never at random: neighbouring windows share samples, and windows of one session share its faults.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from models.errors import TrainingError
from models.windows.arrays import Ints
from models.windows.series import Series
from models.windows.windows import Unlabelled


def by_time(
    series: Sequence[Series], shares: Mapping[str, float], gap: int = 0
) -> dict[str, list[Series]]:
    """Every series cut into consecutive parts, the earliest for the first name.

    Args:
        series: to divide, each on its own.
        shares: share of the samples by the part's name, in order of time; together at most 1.
        gap: samples left out between two parts, so that what is slow to fade is in one of them.

    Returns:
        Parts of all series by name.

    Raises:
        TrainingError: when the shares are not between 0 and 1 or more than all.
    """
    _check_shares(shares)
    parts: dict[str, list[Series]] = {name: [] for name in shares}
    for each in series:
        bounds = np.rint(np.cumsum([0.0, *shares.values()]) * len(each)).astype(int)
        for at, name in enumerate(shares):
            start = int(bounds[at]) + (gap if at else 0)
            if start < bounds[at + 1]:
                parts[name].append(each.part(start, int(bounds[at + 1])))
    return parts


def by_group(
    series: Sequence[Series], shares: Mapping[str, float], seed: int
) -> dict[str, list[Series]]:
    """Whole series dealt out to parts, no group in two of them.

    Args:
        series: to deal out; those of one name stay together.
        shares: share of the groups by the part's name; together at most 1.
        seed: of the order in which groups are dealt.

    Returns:
        Series by the part's name.

    Raises:
        TrainingError: when the shares are wrong, or a part would get no group.
    """
    _check_shares(shares)
    names = sorted({each.name for each in series})
    order = [names[at] for at in np.random.default_rng(seed).permutation(len(names))]
    bounds = np.rint(np.cumsum([0.0, *shares.values()]) * len(order)).astype(int)
    parts: dict[str, list[Series]] = {}
    for at, name in enumerate(shares):
        own = set(order[bounds[at] : bounds[at + 1]])
        if not own:
            raise TrainingError(
                f"part {name}: a share of {shares[name]:g} of {len(order)} groups is none; split "
                "by time, or give more groups"
            )
        parts[name] = [each for each in series if each.name in own]
    return parts


def check_leakage(parts: Mapping[str, Unlabelled]) -> None:
    """Proves that no sample lies in windows of two parts.

    Args:
        parts: windows by the part's name; rows are compared within series of one name.

    Raises:
        TrainingError: with the parts, the series and the rows, when windows overlap.
    """
    for (one, first), (other, second) in combinations(parts.items(), 2):
        for name in sorted(set(first.names) & set(second.names)):
            row = _shared_row(_rows(first, name), _rows(second, name))
            if row is not None:
                raise TrainingError(
                    f"leakage: row {row + 1} of series {name} lies in windows of {one} and of "
                    f"{other}; split by time or by group"
                )


def _rows(windows: Unlabelled, name: str) -> Ints:
    """First and last rows of the windows of a series, int64 [count, 2], by the first."""
    own = windows.groups == windows.names.index(name)
    ranges = np.stack([windows.first[own], windows.last[own]], axis=1)
    ordered: Ints = ranges[np.argsort(ranges[:, 0], kind="stable")]
    return ordered


def _shared_row(one: Ints, other: Ints) -> int | None:
    """A row in ranges of both, or None."""
    if not len(one) or not len(other):
        return None
    # For each range of one: the range of the other that begins last before its end. Of those that
    # begin earlier, the one that reaches furthest may still overlap.
    reach = np.maximum.accumulate(other[:, 1])
    before = np.searchsorted(other[:, 0], one[:, 1], side="right") - 1
    hit = (before >= 0) & (reach[np.maximum(before, 0)] >= one[:, 0])
    if not hit.any():
        return None
    start, end = one[hit][0]
    inside = other[(other[:, 0] <= end) & (other[:, 1] >= start)][0]
    return int(max(start, inside[0]))


def _check_shares(shares: Mapping[str, float]) -> None:
    if any(not 0 < share <= 1 for share in shares.values()) or sum(shares.values()) > 1 + 1e-9:
        listed = ", ".join(f"{name} {share:g}" for name, share in shares.items())
        raise TrainingError(f"shares {listed}, expected numbers above 0, together at most 1")
