"""Derived channels by the name of their kind."""

from __future__ import annotations

from collections.abc import Mapping

from models.features.activity import Activity
from models.features.angle import Angle
from models.features.deviation import Deviation
from models.features.difference import Difference
from models.features.feature import Feature
from models.features.magnitude import Magnitude
from models.features.spectrum import Spectrum

FEATURES: Mapping[str, type[Feature]] = {
    feature.kind: feature
    for feature in (Magnitude, Angle, Spectrum, Difference, Deviation, Activity)
}
