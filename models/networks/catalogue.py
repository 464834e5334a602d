"""Encoders by name."""

from __future__ import annotations

from collections.abc import Mapping

from torch import nn

from models.networks.cnn import Cnn
from models.networks.cnn_bilstm import CnnBiLstm
from models.networks.patch_transformer import PatchTransformer
from models.networks.tcn import Tcn

ENCODERS: Mapping[str, type[nn.Module]] = {
    "cnn_bilstm": CnnBiLstm,
    "cnn": Cnn,
    "tcn": Tcn,
    "patch_transformer": PatchTransformer,
}
