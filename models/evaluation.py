"""How well scores rank windows and what a threshold makes of them."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from models.card import Metrics
from models.windows import Bools, Floats


def threshold_at(normal_scores: Floats, percentile: float) -> float:
    """The score that `percentile` per cent of normal windows stay below.

    Args:
        normal_scores: float32 [count], scores of normal source validation windows.
        percentile: 0 to 100.
    """
    return float(np.percentile(normal_scores.astype(np.float64), percentile))


def measure(scores: Floats, labels: Bools, threshold: float) -> Metrics:
    """Metrics of one domain's windows.

    Args:
        scores: float32 [count].
        labels: bool [count], both kinds among them.
        threshold: score from which a window is called anomalous.
    """
    called = scores >= threshold
    return Metrics(
        windows=len(scores),
        prevalence=_round(labels.mean()),
        auroc=_round(roc_auc_score(labels, scores)),
        auprc=_round(average_precision_score(labels, scores)),
        f1=_round(f1_score(labels, called)),
        false_positive_rate=_round(called[~labels].mean()),
        recall=_round(called[labels].mean()),
    )


def _round(value: float) -> float:
    return round(float(value), 4)
