"""Training of the detector on labelled source windows."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.metrics import average_precision_score
from torch import Tensor, nn
from torch.nn import functional

from models.errors import TrainingError
from models.networks.detector import Calibration, Detector
from models.windows import Floats, Windows
from models.windows.checks import check_windows

Report = Callable[[int, float, float], None]


@dataclass(frozen=True)
class Schedule:
    """How long and how hard to train; the defaults are the spec's but for the epochs."""

    epochs: int = 12
    batch: int = 64
    rate: float = 1e-3
    weight_decay: float = 1e-4
    reconstruction: float = 0.5
    seed: int = 7


def train(
    detector: Detector,
    source: Windows,
    validation: Windows,
    schedule: Schedule,
    report: Report = lambda epoch, loss, quality: None,
) -> int:
    """Trains in place and keeps the epoch with the best AUPRC on source validation windows.

    The classifier learns from all windows, anomalous ones weighted up to balance; the decoder
    from normal ones only, so that it does not learn to reconstruct what is to stand out.

    Args:
        detector: network on the CPU.
        source: labelled windows to learn from.
        validation: labelled windows of other sessions of the same domain.
        schedule: epochs, batch size, rates, seed.
        report: is told epoch (from 1), mean loss, validation AUPRC.

    Returns:
        The epoch that was kept.

    Raises:
        TrainingError: when the windows cannot be trained on, or the loss is no longer finite.
    """
    check_windows(source, schedule.batch, "source training windows")
    check_windows(validation, 1, "source validation windows")
    random = torch.Generator().manual_seed(schedule.seed)
    values, labels = torch.from_numpy(source.values), torch.from_numpy(source.anomalous).float()
    weight = torch.tensor((1.0 - source.prevalence) / source.prevalence)
    optimiser = torch.optim.AdamW(
        detector.parameters(), schedule.rate, weight_decay=schedule.weight_decay
    )
    steps = schedule.epochs * (len(source) // schedule.batch)
    annealing = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    best, kept, state = -math.inf, 0, detector.state_dict()
    for epoch in range(1, schedule.epochs + 1):
        detector.train()
        losses = []
        # The last, incomplete batch is left out: batch norm needs company.
        order = torch.randperm(len(source), generator=random)
        for rows in torch.split(order, schedule.batch)[: len(source) // schedule.batch]:
            optimiser.zero_grad()
            loss = _loss(detector, values[rows], labels[rows], weight, schedule.reconstruction)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(detector.parameters(), 1.0)
            optimiser.step()
            annealing.step()
            losses.append(loss.item())
        mean = float(np.mean(losses))
        if not math.isfinite(mean):
            raise TrainingError(f"the loss is {mean} in epoch {epoch}; lower the learning rate")
        logits, _ = outputs_of(detector, validation.values)
        quality = float(average_precision_score(validation.anomalous, logits))
        report(epoch, mean, quality)
        if quality > best:
            best, kept, state = quality, epoch, copy.deepcopy(detector.state_dict())
    detector.load_state_dict(state)
    detector.eval()
    return kept


def outputs_of(detector: Detector, windows: Floats, batch: int = 256) -> tuple[Floats, Floats]:
    """Logits and reconstruction errors in evaluation mode, float32 [count] each."""
    detector.eval()
    with torch.no_grad():
        parts = [detector(part) for part in torch.split(torch.from_numpy(windows), batch)]
    logits, errors = (torch.cat(column).numpy() for column in zip(*parts, strict=True))
    return logits, errors


def calibrate(errors: Floats) -> Calibration:
    """Calibration by the reconstruction errors of normal windows, float32 [count].

    Their 99th percentile becomes 0.5, their median 0.05.
    """
    logs = np.log(errors.astype(np.float64) + 1e-12)
    median, high = np.percentile(logs, [50.0, 99.0])
    return Calibration(float(high), float(max(high - median, 1e-6) / math.log(19.0)))


def _loss(
    detector: Detector, windows: Tensor, labels: Tensor, weight: Tensor, reconstruction: float
) -> Tensor:
    logits, errors = detector(windows)
    normal = 1.0 - labels
    rebuilt = (errors * normal).sum() / normal.sum().clamp(min=1.0)
    judged = functional.binary_cross_entropy_with_logits(logits, labels, pos_weight=weight)
    loss: Tensor = judged + reconstruction * rebuilt
    return loss
