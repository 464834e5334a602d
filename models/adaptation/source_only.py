"""Source only: what is had for nothing, and what every other method has to beat."""

from __future__ import annotations

from typing import ClassVar

from models.adaptation.method import Method


class SourceOnly(Method):
    """Trains on the source and uses the network as it is; nothing of the target is looked at.

    Assumes that both domains read alike. Fails by as much as they do not: a sensor's other offset
    is enough.
    """

    name: ClassVar[str] = "source_only"
    normalise = "source"
    sees_target = False


class PerDomainNormalisation(Method):
    """Trains on the source; target windows are standardised by their own mean and deviation.

    Assumes that the domains differ in offset and scale of their channels, and that their classes
    are as frequent. Fails where the anomalies are in the statistics: a target with more of them
    looks normal by its own measure. Fit on declared normal windows then.
    Source: the first of the two free baselines of AdaTime's protocol.
    """

    name: ClassVar[str] = "per_domain_normalisation"
    normalise = "domain"
    sees_target = False
