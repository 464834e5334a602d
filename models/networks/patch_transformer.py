"""Encoder: a transformer over patches of a window."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class PatchTransformer(nn.Module):
    """Attention over patches of all channels.

    float32 [batch, channels, length] -> float32 [batch, width].

    Samples at the beginning that do not fill a patch are left out: the end of a window is where a
    pattern has matched. Source: Nie et al., A Time Series is Worth 64 Words, ICLR 2023; there one
    channel at a time.
    """

    def __init__(
        self,
        channels: int,
        length: int,
        patch: int = 8,
        width: int = 64,
        heads: int = 4,
        layers: int = 2,
        dropout: float = 0.2,
    ) -> None:
        """Builds the encoder.

        Args:
            channels: of the input.
            length: samples of a window.
            patch: samples of a patch, at most `length`.
            width: of a patch's vector, a multiple of `heads`, and of the output.
            heads: of the attention.
            layers: of attention.
            dropout: of patches' vectors and on the output.

        Raises:
            ValueError: when the sizes do not fit each other.
        """
        super().__init__()
        if not 1 <= patch <= length or width % heads:
            raise ValueError(
                f"patches of {patch} in windows of {length}, width {width} for {heads} heads; "
                "expected patches within the window and a multiple of the heads"
            )
        self.channels = channels
        self.patch = patch
        self.patches = length // patch
        self.embedding = nn.Linear(channels * patch, width)
        self.places = nn.Parameter(torch.randn(1, self.patches, width) * 0.02)
        self.layers = nn.ModuleList(
            _Layer(self.patches, width, heads, dropout) for _ in range(layers)
        )
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        self.latent = width

    def forward(self, windows: Tensor) -> Tensor:
        """Latent vectors of standardised windows."""
        used = windows[:, :, windows.shape[2] - self.patches * self.patch :]
        # Shapes in numbers but for the batch: exported, the others would keep the batch they saw.
        parts = used.reshape(-1, self.channels, self.patches, self.patch).transpose(1, 2)
        parts = parts.reshape(-1, self.patches, self.channels * self.patch)
        values = self.dropout(self.embedding(parts) + self.places)
        for layer in self.layers:
            values = layer(values)
        latent: Tensor = self.dropout(self.norm(values).mean(dim=1))
        return latent


class _Layer(nn.Module):
    """Attention, then two linear layers, each added to what came in."""

    def __init__(self, patches: int, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.split = (-1, patches, heads, width // heads)
        self.joined = (-1, patches, width)
        self.before_attention = nn.LayerNorm(width)
        self.queries_keys_values = nn.Linear(width, 3 * width)
        self.mixing = nn.Linear(width, width)
        self.before_mapping = nn.LayerNorm(width)
        self.mapping = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Dropout(dropout), nn.Linear(2 * width, width)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, values: Tensor) -> Tensor:
        three = self.queries_keys_values(self.before_attention(values)).chunk(3, dim=2)
        query, key, value = (each.reshape(self.split).transpose(1, 2) for each in three)
        seen = functional.scaled_dot_product_attention(query, key, value)
        values = values + self.dropout(self.mixing(seen.transpose(1, 2).reshape(self.joined)))
        mapped: Tensor = values + self.dropout(self.mapping(self.before_mapping(values)))
        return mapped
