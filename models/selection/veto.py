"""Vetoes: what rules a candidate out, however good it looks."""

from __future__ import annotations

import numpy as np

from models.selection.judged import Judged
from models.windows import Doubles

# A class that is predicted a tenth as often as expected has been swallowed by another.
LEAST_SHARE = 0.1
# A discriminator that tells nearly all domains right says that nothing was aligned.
MOST_ACCURACY = 0.98


def vetoes(judged: Judged, prior: Doubles, aligned: bool = False) -> list[str]:
    """Reasons against a candidate; none for a good one.

    Args:
        judged: the candidate's outputs.
        prior: float64 [classes], shares of the classes in the source.
        aligned: whether its method claims features that do not tell the domain.

    Returns:
        One line a reason.
    """
    reasons = []
    found = np.bincount(judged.target_probabilities.argmax(axis=1), minlength=len(prior))
    shares = found / len(judged.target_logits)
    for each, (share, expected) in enumerate(zip(shares, prior, strict=True)):
        if share < LEAST_SHARE * expected:
            reasons.append(
                f"class {each}: {share:.1%} of the target's windows, {expected:.1%} of the source's"
            )
    accuracy = judged.discriminator_accuracy
    if aligned and accuracy is not None and accuracy > MOST_ACCURACY:
        reasons.append(f"the discriminator still tells {accuracy:.1%} of the windows' domains")
    return reasons
