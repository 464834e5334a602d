"""A made-up six-axis robot that reads its joints once a second, whole and with faults.

Two brands differ as brands do: gains, offsets, noise, cycle time. What moves in them, and what
breaks, is the same; that is the shift that a model has to carry over.
"""

from models.generator.brand import SOURCE, TARGET, Brand
from models.generator.channels import CHANNELS, UNITS
from models.generator.faults import Fault, Kind
from models.generator.session import Session, make_session

__all__ = [
    "CHANNELS",
    "SOURCE",
    "TARGET",
    "UNITS",
    "Brand",
    "Fault",
    "Kind",
    "Session",
    "make_session",
]
