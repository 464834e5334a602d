"""Where a training runs."""

from __future__ import annotations

from typing import Any, Literal

import torch

from models.errors import TrainingError

Device = Literal["auto", "cpu", "cuda"]


def resolve(asked: Device) -> Literal["cpu", "cuda"]:
    """The device to take; `auto` is a GPU where PyTorch can use one, else the CPU.

    Raises:
        TrainingError: when a GPU is asked for and PyTorch can use none.
    """
    if asked == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if asked == "cuda" and not torch.cuda.is_available():
        raise TrainingError(
            f"training.device: cuda, and PyTorch {torch.__version__} finds no GPU here; set it to "
            "auto or cpu, or install the driver and a PyTorch that is built for it"
        )
    return asked


def moved(state: Any, device: torch.device) -> Any:
    """A state, such as a checkpoint's, with all tensors of it on a device."""
    if isinstance(state, torch.Tensor):
        return state.to(device)
    if isinstance(state, dict):
        return {name: moved(value, device) for name, value in state.items()}
    if isinstance(state, list):
        return [moved(value, device) for value in state]
    return state
