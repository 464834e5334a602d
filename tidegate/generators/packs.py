"""The rule packs that have a generator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tidegate.errors import OptionError
from tidegate.generators import finance, fraud, industrial, market, security, supply_chain
from tidegate.generators.dataset import Dataset, Options
from tidegate.scope import suggest
from tidegate.stack.jars import ROOT


@dataclass(frozen=True, slots=True)
class Pack:
    """A rule pack: `rules/NAME.yaml`, run by `pipelines/NAME.yaml`.

    Attributes:
        streams: Avro schema in `schemas/` by stream.
        generate: its generator.
    """

    name: str
    streams: Mapping[str, str]
    generate: Callable[[Options], Dataset]

    @property
    def rules(self) -> Path:
        """The rule file."""
        return ROOT / "rules" / f"{self.name}.yaml"

    @property
    def pipeline(self) -> Path:
        """The pipeline file."""
        return ROOT / "pipelines" / f"{self.name}.yaml"


PACKS = {
    pack.name: pack
    for pack in (
        Pack("fraud", {"transactions": "transaction.avsc"}, fraud.generate),
        Pack("industrial", {"sensor_readings": "sensor_reading.avsc"}, industrial.generate),
        Pack("market", {"ticks": "tick.avsc", "pair_quotes": "pair_quote.avsc"}, market.generate),
        Pack("security", {"logins": "login.avsc", "flows": "network_flow.avsc"}, security.generate),
        Pack("supply_chain", {"shipment_events": "shipment_event.avsc"}, supply_chain.generate),
        Pack(
            "finance",
            {
                "holdings": "holding.avsc",
                "transfers": "transfer.avsc",
                "credit_scores": "credit_score.avsc",
                "invoices": "invoice_event.avsc",
            },
            finance.generate,
        ),
    )
}
"""All packs by name."""


def find_pack(name: str) -> Pack:
    """The pack of that name.

    Raises:
        OptionError: when there is none.
    """
    if name not in PACKS:
        raise OptionError(f"pack {name!r}: there is none; {suggest(name, PACKS)}")
    return PACKS[name]
