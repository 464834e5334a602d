"""The module that is exported: raw windows to score, probability and reconstruction error."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.networks.network import Network, Outputs
from models.scoring.calibration import SMALLEST, Calibration
from models.windows import Floats


class ScoringGraph(nn.Module):
    """alpha * probability + (1 - alpha) * calibrated reconstruction error, and its parts.

    Everything between a raw window and its score is in here: derived channels, normaliser, encoder,
    heads, temperature, calibration. The domain is the target's unless another is asked for; its
    numbers are constants, or the second input where one graph serves many.
    """

    def __init__(
        self,
        network: Network,
        calibration: Calibration | None,
        alpha: float = 0.7,
        temperature: float = 1.0,
        embedding: bool = False,
        many: bool = False,
        domain: int | None = None,
    ) -> None:
        """Wraps a trained network.

        Args:
            network: trained.
            calibration: of the reconstruction error; None without a decoder, where alpha is 1.
            alpha: weight of the classifier, 0 to 1.
            temperature: that logits are divided by.
            embedding: whether the latent vector is an output too.
            many: whether the numbers of the domain are an input.
            domain: number of the domain whose windows it takes; None for the target.
        """
        super().__init__()
        self.network = network
        self.calibration = calibration
        self.alpha = alpha if calibration is not None else 1.0
        self.temperature = temperature
        self.embedding = embedding
        self.many = many
        self._domain = domain

    def numbers(self, domain: int) -> Floats | None:
        """What the file's input `domain` is for a domain, float32 [parameters]; None without it."""
        found: Floats = self.network.domains[domain].cpu().numpy()
        return found if self.many else None

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the outputs, in their order."""
        names = ("score", "probability", "reconstruction_error")
        return (*names, "embedding") if self.embedding else names

    def forward(self, window: Tensor, domain: Tensor | None = None) -> tuple[Tensor, ...]:
        """Outputs of windows.

        Args:
            window: float32 [batch, channels, length].
            domain: float32 [batch, numbers], where the graph takes it.

        Returns:
            Score, probability of any class but the normal one, and root mean square error of the
            reconstruction in deviations, float32 [batch] each; the latent vectors, float32
            [batch, latent], where they are asked for.
        """
        network = self.network
        own = network.target if self._domain is None else self._domain
        if domain is None:
            rows = network.rows(window, own)
        else:
            rows = network.preprocessing(window, domain)
        return self._mixed(network.judge(rows, own))

    def of(self, domain: int) -> ScoringGraph:
        """The same graph for windows of another domain of the network."""
        return ScoringGraph(
            self.network,
            self.calibration,
            self.alpha,
            self.temperature,
            self.embedding,
            self.many,
            domain,
        ).eval()

    def score(self, windows: Tensor, domain: int) -> Tensor:
        """Scores of windows of any domain of the network, float32 [batch]; 0 is the first source.

        The graph that streams knows the target alone; windows of a source are scored by this.
        """
        return self._mixed(self.network(windows, domain))[0]

    def _mixed(self, found: Outputs) -> tuple[Tensor, ...]:
        probability = 1.0 - (found.logits / self.temperature).softmax(dim=1)[:, 0]
        # The root is in deviations, and single precision resolves it where the square is large.
        error = torch.sqrt(found.error)
        score = probability
        if self.calibration is not None:
            depth = (torch.log(error + SMALLEST) - self.calibration.centre) / self.calibration.scale
            score = self.alpha * probability + (1.0 - self.alpha) * torch.sigmoid(depth)
        outputs = (score, probability, error)
        return (*outputs, found.latent) if self.embedding else outputs
