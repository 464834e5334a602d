"""Rules and events that several tests run."""

from __future__ import annotations

from typing import Any

from tidegate import Pattern, Rule

CARD_TESTING = Rule(
    id="card_testing",
    pattern=Pattern.begin("small")
    .where("amount <= 5")
    .followed_by("big")
    .where("amount >= 1000 and country != small.last.country")
    .within(minutes=1),
    on="charges",
    key="card",
    measures={"total": "small.sum(amount) + big.last.amount"},
    summary="card {key}: {big.last.amount:.2f}",
)


def charge(at: int, amount: float, card: str = "c1", country: str = "DE") -> dict[str, Any]:
    """A charge so many seconds after ten o'clock."""
    time = f"2024-05-01T10:{at // 60:02}:{at % 60:02}"
    return {"ts": time, "card": card, "amount": amount, "country": country}


FRAUD = [charge(12, 1.0), charge(20, 40.0), charge(40, 1500.0, country="FR")]
