"""Augmentations by the name of their kind."""

from __future__ import annotations

from collections.abc import Mapping

from models.augmentation.augmentation import Augmentation
from models.augmentation.jitter import Jitter
from models.augmentation.offset import Offset
from models.augmentation.rotation import Rotation
from models.augmentation.scaling import Scaling
from models.augmentation.time_mask import TimeMask
from models.augmentation.time_warp import TimeWarp

AUGMENTATIONS: Mapping[str, type[Augmentation]] = {
    augmentation.kind: augmentation
    for augmentation in (Rotation, TimeWarp, Scaling, Offset, TimeMask, Jitter)
}
