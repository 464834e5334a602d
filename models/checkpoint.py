"""Checkpoints of a training: tensors and plain values only, so that loading one runs no code."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from models.errors import TrainingError


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Writes a checkpoint, all of it or nothing.

    Args:
        path: file to write or replace.
        state: tensors, numbers, strings, and lists and dictionaries of them.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    torch.save(state, part)
    part.replace(path)


def load_checkpoint(path: Path) -> dict[str, Any]:
    """What `save_checkpoint` has written.

    Raises:
        TrainingError: when the file is no checkpoint, is cut short, or holds more than data.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise TrainingError(
            f"checkpoint {path}: it cannot be read ({str(error).splitlines()[0]}); remove it to "
            "start anew"
        ) from error
    if not isinstance(state, dict):
        raise TrainingError(f"checkpoint {path}: it holds no state of a training; remove it")
    return state


def save_weights(path: Path, network: nn.Module) -> None:
    """Writes a network's weights and numbers as safetensors."""
    save_file({name: value.contiguous() for name, value in network.state_dict().items()}, path)


def load_weights(path: Path) -> dict[str, Tensor]:
    """What `save_weights` has written.

    Raises:
        TrainingError: when the file is missing or no safetensors.
    """
    try:
        found: dict[str, Tensor] = load_file(path)
    except (OSError, SafetensorError) as error:
        raise TrainingError(
            f"weights {path}: they cannot be read ({str(error).splitlines()[0]}); train the model "
            "with --weights"
        ) from error
    return found
