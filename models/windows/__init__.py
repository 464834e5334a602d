"""Windows: cut from series as the streaming job cuts them, labelled, divided and checked."""

from models.windows.arrays import Bools, Doubles, Floats, Ints
from models.windows.cut import LabelRule, cut, cut_all, cut_at, cut_at_matches
from models.windows.series import Cuts, Series
from models.windows.windows import NORMAL, UNKNOWN, Unlabelled, Windows

__all__ = [
    "NORMAL",
    "UNKNOWN",
    "Bools",
    "Cuts",
    "Doubles",
    "Floats",
    "Ints",
    "LabelRule",
    "Series",
    "Unlabelled",
    "Windows",
    "cut",
    "cut_all",
    "cut_at",
    "cut_at_matches",
]
