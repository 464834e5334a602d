"""The whole network: preprocessing, encoder and heads."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from models.networks.batch_norm import use_domain
from models.preprocessing.preprocessing import Preprocessing
from models.windows import Floats, Ints


class Outputs(NamedTuple):
    """What a network says of windows.

    Attributes:
        logits: float32 [batch, classes].
        error: float32 [batch], mean squared error of the reconstruction over rows and time; 0
            without a decoder.
        latent: float32 [batch, latent].
    """

    logits: Tensor
    error: Tensor
    latent: Tensor


class Network(nn.Module):
    """Raw windows, float32 [batch, channels, length], to `Outputs`.

    Domains are numbered: the sources from 0, then the target. Each has its numbers for the
    preprocessing and, where batch norms are separate, its statistics.
    """

    def __init__(
        self,
        preprocessing: Preprocessing,
        domains: list[Floats],
        encoder: nn.Module,
        classifier: nn.Module,
        decoder: nn.Module | None = None,
    ) -> None:
        """Puts the parts together.

        Args:
            preprocessing: first layers.
            domains: its numbers for each domain.
            encoder: rows to latent vectors.
            classifier: latent vectors to logits.
            decoder: latent vectors to rows, or None.
        """
        super().__init__()
        self.preprocessing = preprocessing
        self.encoder = encoder
        self.classifier = classifier
        self.decoder = decoder
        self.domains: Tensor
        self.register_buffer("domains", torch.stack([torch.from_numpy(each) for each in domains]))

    @property
    def device(self) -> torch.device:
        """Where the network is."""
        return self.domains.device

    def tensor(self, values: Floats | Ints) -> Tensor:
        """An array as a tensor where the network is."""
        return torch.from_numpy(values).to(self.device)

    @property
    def target(self) -> int:
        """Number of the target domain."""
        return len(self.domains) - 1

    def forward(self, windows: Tensor, domain: int) -> Outputs:
        """Outputs for windows that are all of one domain."""
        return self.judge(self.rows(windows, domain), domain)

    def rows(self, windows: Tensor, domain: int) -> Tensor:
        """What the encoder takes, float32 [batch, rows, length]."""
        found: Tensor = self.preprocessing(windows, self.domains[domain : domain + 1])
        return found

    def judge(self, rows: Tensor, domain: int) -> Outputs:
        """Outputs for rows of one domain, as `rows` gives them."""
        use_domain(self.encoder, domain)
        latent = self.encoder(rows)
        if self.decoder is None:
            error = torch.zeros_like(rows[:, 0, 0])
        else:
            error = (rows - self.decoder(latent)).square().mean(dim=(1, 2))
        return Outputs(self.classifier(latent), error, latent)


class Arrays(NamedTuple):
    """`Outputs` of many windows as arrays.

    Attributes:
        logits: float32 [count, classes].
        error: float32 [count], mean squared error of the reconstruction; 0 without a decoder.
        latent: float32 [count, latent].
    """

    logits: Floats
    error: Floats
    latent: Floats


def judge(network: Network, windows: Floats, domain: int, batch: int = 256) -> Arrays:
    """What a network says of windows in evaluation mode.

    Args:
        network: is in the mode that it had before, afterwards.
        windows: float32 [count, channels, length], all of one domain; at least one.
        domain: its number.
        batch: windows at once.
    """
    training = network.training
    network.eval()
    with torch.no_grad():
        parts = [network(part, domain) for part in torch.split(network.tensor(windows), batch)]
    network.train(training)
    return Arrays(*(torch.cat(column).cpu().numpy() for column in zip(*parts, strict=True)))
