"""AdaBN: the target's own statistics in every batch norm."""

from __future__ import annotations

from typing import ClassVar

from models.adaptation.method import Method
from models.networks.batch_norm import batch_norms, estimate, even_parts


class AdaBN(Method):
    """Trains on the source, then takes the batch norms' statistics of target windows.

    Assumes that what differs between the domains are means and deviations of features, and that the
    classes are as frequent in both. Fails where they are not: the statistics of a target with
    other classes move all of them.
    Source: Li et al., Adaptive Batch Normalization for practical domain adaptation, Pattern
    Recognition 80, 2018.
    """

    name: ClassVar[str] = "adabn"
    sees_target = False

    def finish(self) -> None:
        """Estimates the statistics anew on all target windows."""
        network = self.context.network
        windows = network.tensor(self.context.domains.target.values)

        def see() -> None:
            for part in even_parts(windows):
                network.encoder(network.rows(part, network.target))

        estimate(network, batch_norms(network.encoder), see)


class SharedBatchNorm(Method):
    """Trains on the source while target batches pass through the same batch norms.

    Their running statistics become those of both domains; no loss looks at the target.
    Assumes as AdaBN does. Fails where the mean of two statistics suits neither domain.
    Source: the second of the two free baselines: what DANN, MMD and CORAL have without their loss.
    """

    name: ClassVar[str] = "shared_batch_norm"


class DomainSpecificBatchNorm(Method):
    """Batch norms with statistics for each domain, from the beginning of the training.

    Assumes that scale and shift may be shared when statistics are not. Fails with few target
    windows, whose statistics are noise.
    Source: Chang et al., Domain-Specific Batch Normalization, CVPR 2019, its first stage.
    """

    name: ClassVar[str] = "domain_specific_batch_norm"
    separate_norms = True
