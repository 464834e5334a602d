"""What a trained network says of the windows that it may be chosen by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.windows import Doubles, Floats, Ints


@dataclass(frozen=True)
class Judged:
    """A candidate's outputs; nothing here knows a label of the target.

    Attributes:
        training_latent: float32 [n, d], of source windows that it was trained on.
        validation_latent: float32 [v, d], of source windows that it was not trained on.
        validation_logits: float32 [v, classes].
        validation_labels: int64 [v].
        target_latent: float32 [m, d], of the target's training windows.
        target_logits: float32 [m, classes].
        discriminator_accuracy: share of windows whose domain its discriminator tells; None where
            it has none.
    """

    training_latent: Floats
    validation_latent: Floats
    validation_logits: Floats
    validation_labels: Ints
    target_latent: Floats
    target_logits: Floats
    discriminator_accuracy: float | None = None

    @property
    def validation_losses(self) -> Doubles:
        """Cross entropy of each validation window in nats, float64 [v]."""
        logs = log_softmax(self.validation_logits)
        found: Doubles = -logs[np.arange(len(logs)), self.validation_labels]
        return found

    @property
    def target_probabilities(self) -> Doubles:
        """Class probabilities of the target's windows, float64 [m, classes]."""
        found: Doubles = np.exp(log_softmax(self.target_logits))
        return found


def log_softmax(logits: Floats) -> Doubles:
    """Logarithms of class probabilities, float64 [count, classes]."""
    wide = logits.astype(np.float64)
    shifted = wide - wide.max(axis=1, keepdims=True)
    found: Doubles = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return found
