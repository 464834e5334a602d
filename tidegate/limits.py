"""How much one key of one rule may hold and emit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tidegate.errors import RuleError

POLICIES = ("drop_oldest", "drop_newest", "quarantine")
_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a rule for each of its keys, so that a rule that fits too much costs no others.

    Attributes:
        open: greatest number of open partial matches of a key, complete ones that the after-match
            strategy holds back included.
        matches_per_event: greatest number of matches that one event, or one deadline, emits.
        policy: which partial matches are dropped beyond it, those that began first (`drop_oldest`)
            or last (`drop_newest`); `quarantine` drops those that began last and takes the rule
            out. What is dropped is counted.
    """

    open: int = 10_000
    matches_per_event: int = 1_000
    policy: str = "drop_oldest"

    def check(self, place: str) -> None:
        """Refuse limits that are none.

        Raises:
            RuleError: naming the limit.
        """
        for name, value in (("open", self.open), ("matches_per_event", self.matches_per_event)):
            if not 1 <= value <= _MOST:
                raise RuleError(f"{place}: limits: {name} {value}: expected 1 to {_MOST}")
        if self.policy not in POLICIES:
            raise RuleError(
                f"{place}: limits: policy {self.policy!r}: expected {', '.join(POLICIES)}"
            )

    def document(self) -> dict[str, Any]:
        """The plan's form."""
        return {
            "open": self.open,
            "matches_per_event": self.matches_per_event,
            "policy": self.policy,
        }
