"""Journeys of shipments with planted trouble, for `rules/supply_chain.yaml`."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tidegate.generators.background import DAY_MS, HOUR_MS, times_of_day
from tidegate.generators.dataset import Dataset, Options, Recorder

LOST, REROUTED, HELD = "no_scan_after_departure", "rerouted", "customs_hold_not_released"
HUBS = ("Shenzhen", "Singapore", "Jebel Ali", "Piraeus", "Rotterdam", "Hamburg", "Łódź", "Prague")
NEAR = {LOST: "scanned a second before", HELD: "released a minute before"}
KINDS = 5
LEAST_S = 5 * 86_400.0
SHIPMENT_EVENTS = 10
SHIPMENTS_A_DAY = 120.0


def generate(options: Options) -> Dataset:
    """Shipments over several hubs, log-normal legs and stays, some held by customs.

    `entities` is the number of shipments; every journey that begins is told to its end.
    """
    shipments = options.count(
        options.events // SHIPMENT_EVENTS, KINDS * options.cases, "supply_chain", "shipments"
    )
    rate = SHIPMENTS_A_DAY * SHIPMENT_EVENTS / 86_400
    span = options.span_ms(rate, LEAST_S, "supply_chain")
    return _Carrier(options, shipments, span).dataset()


class _Carrier:
    def __init__(self, options: Options, shipments: int, span: int) -> None:
        self.options, self.shipments, self.span = options, shipments, span
        self.rng = np.random.default_rng(options.seed)
        self.out = Recorder({"shipment_events": ("event_id",)})

    def dataset(self) -> Dataset:
        # Nothing begins in the last days, so that time passes what the journeys leave open.
        begins = times_of_day(
            self.rng, self.shipments, self.options.start_ms, self.span - 2 * DAY_MS, peak_hour=10.0
        )
        plots = ["lost", "rerouted", "held", "nearly lost", "nearly held"] * self.options.cases
        plots += [""] * (self.shipments - len(plots))
        for number, plot in enumerate(self.rng.permutation(plots)):
            self.journey(f"shipment-{number:05d}", float(begins[number]), str(plot))
        return self.out.dataset()

    def journey(self, shipment: str, at: float, plot: str) -> None:
        """All events of one shipment; the plot happens at its first or second hub."""
        route = [str(hub) for hub in self.rng.permutation(HUBS)[: self.rng.integers(4, 7)]]
        scene = int(self.rng.integers(1, 3))
        for leg, (here, planned) in enumerate(pairwise(route)):
            played = plot if leg + 1 == scene else ""
            departed = self.event(shipment, at, "departed", here, planned)
            at, arrived = self.leg(at, played)
            if played == "rerouted":
                planned_hub, planned = planned, next(hub for hub in HUBS if hub not in route)
                found = self.event(shipment, at, "scanned", planned)
                self.out.plant(REROUTED, shipment, departed, found)
                # Sent on from there to where it should have been.
                at += self.hours(5, 3, 15)
                self.event(shipment, at, "departed", planned, planned_hub)
                at += self.hours(8, 2, 20)
                planned = planned_hub
            found = self.event(shipment, at, "scanned", planned)
            if arrived == "late":
                self.out.plant(LOST, shipment, departed)
            elif arrived == "just in time":
                self.out.near_miss(LOST, shipment, NEAR[LOST], departed, found)
            if played in ("held", "nearly held") or self.rng.random() < 0.15:
                at = self.customs(shipment, at, planned, played)
            at += self.hours(5, 2, 15)
        self.event(shipment, at, "delivered", route[-1])

    def leg(self, at: float, plot: str) -> tuple[float, str]:
        """When the next scan comes, and whether that is late."""
        if plot == "lost":
            return at + self.hours(40, 25, 60), "late"
        if plot == "nearly lost":
            return at + 24 * HOUR_MS - 1000, "just in time"
        return at + self.hours(8, 2, 20), ""

    def customs(self, shipment: str, at: float, hub: str, plot: str) -> float:
        """A hold and its release; returns when it is over."""
        at += self.hours(1, 0.5, 2)
        held = self.event(shipment, at, "customs_hold", hub)
        if plot == "held":
            self.out.plant(HELD, shipment, held)
            at += self.hours(60, 49, 90)
        elif plot == "nearly held":
            at += 48 * HOUR_MS - 60_000
        else:
            at += self.hours(9, 1, 36)
        released = self.event(shipment, at, "customs_released", hub)
        if plot == "nearly held":
            self.out.near_miss(HELD, shipment, NEAR[HELD], held, released)
        return at

    def hours(self, median: float, least: float, most: float) -> float:
        """A log-normal duration, in ms."""
        drawn = median * float(self.rng.lognormal(0, 0.35))
        return min(max(drawn, least), most) * HOUR_MS

    def event(
        self, shipment: str, ts: float, kind: str, hub: str, planned: str | None = None
    ) -> str:
        return self.out.add(
            "shipment_events",
            ts,
            shipment_id=shipment,
            kind=kind,
            location=hub,
            next_location=planned,
        )
