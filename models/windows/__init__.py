"""Windows: cut from series as the streaming job cuts them, labelled, divided and checked."""

from models.windows.arrays import Bools, Doubles, Floats, Ints
from models.windows.cut import LabelRule, cut, cut_all, cut_at
from models.windows.series import Series
from models.windows.windows import NORMAL, UNKNOWN, Unlabelled, Windows

__all__ = [
    "NORMAL",
    "UNKNOWN",
    "Bools",
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
]
