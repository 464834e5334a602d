"""Criteria by the source's validation windows: as they are, and weighted to be like the target."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.selection.criterion import Criterion
from models.selection.judged import Judged
from models.windows import Doubles, Floats

# Windows of the source that look a thousand times more like the target are not believed more.
LARGEST_WEIGHT = 1000.0


class SourceRisk(Criterion):
    """Mean loss on source validation windows, negated.

    Honest where the domains are alike. Fails under shift: the network that knows the source best
    may know the target least.
    """

    name: ClassVar[str] = "source_risk"

    def value(self, judged: Judged) -> float:
        """See `Criterion.value`."""
        return -float(judged.validation_losses.mean())


class ImportanceWeighted(Criterion):
    """Loss on source validation windows, weighted by how much each looks like the target.

    Assumes that what is in the target is in the source too, only less often. Fails where it is
    not: a few windows then carry all the weight.
    Source: Sugiyama et al., Covariate Shift Adaptation by Importance Weighted Cross Validation,
    JMLR 8, 2007.
    """

    name: ClassVar[str] = "importance_weighted"

    def value(self, judged: Judged) -> float:
        """See `Criterion.value`."""
        return -float((density_ratio(judged) * judged.validation_losses).mean())


class DEV(Criterion):
    """Importance-weighted loss with the weights' own mean as a control variate.

    Assumes and fails as the importance-weighted loss does, with less variance.
    Source: You et al., Towards Accurate Model Selection in Deep Unsupervised Domain Adaptation,
    ICML 2019.
    """

    name: ClassVar[str] = "dev"

    def value(self, judged: Judged) -> float:
        """See `Criterion.value`."""
        weights = density_ratio(judged)
        losses = weights * judged.validation_losses
        variance = float(weights.var(ddof=1)) if len(weights) > 1 else 0.0
        eta = -float(np.cov(losses, weights)[0, 1]) / variance if variance else 0.0
        return -float(losses.mean() + eta * weights.mean() - eta)


def density_ratio(judged: Judged) -> Doubles:
    """How much more frequent windows like each validation window are in the target, float64 [v].

    The ratio is a logistic regression's between latent vectors of source training windows and of
    the target's.
    """
    source, target = judged.training_latent, judged.target_latent
    both: Floats = np.concatenate([source, target])
    domain = np.repeat([0, 1], [len(source), len(target)])
    classifier = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    odds = classifier.fit(both, domain).decision_function(judged.validation_latent)
    largest = np.log(LARGEST_WEIGHT)
    ratio: Doubles = np.exp(np.clip(odds, -largest, largest)) * len(source) / len(target)
    return ratio
