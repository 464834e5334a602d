"""Realistic events for every rule pack, with planted cases and near misses.

>>> from tidegate.generators import Options, find_pack
>>> data = find_pack("fraud").generate(Options(events=2_000, seed=1))
>>> len(data.planted), data.rows[0].stream
(12, 'transactions')
"""

from tidegate.generators.dataset import Case, Dataset, Options, Row
from tidegate.generators.packs import PACKS, Pack, find_pack

__all__ = ["PACKS", "Case", "Dataset", "Options", "Pack", "Row", "find_pack"]
