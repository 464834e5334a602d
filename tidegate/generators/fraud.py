"""Card transactions with planted frauds, for `rules/fraud.yaml`."""

from __future__ import annotations

import math

import numpy as np

from tidegate.generators.background import HOUR_MS, MINUTE_MS, Draw, Reservations, arrivals
from tidegate.generators.dataset import Dataset, Options, Recorder

CITIES = {
    "Houston": (29.76, -95.37),
    "London": (51.51, -0.13),
    "Tokyo": (35.68, 139.69),
    "Lagos": (6.52, 3.38),
    "Mumbai": (19.08, 72.88),
    "Toronto": (43.65, -79.38),
    "Singapore": (1.35, 103.82),
    "Lima": (-12.05, -77.04),
}
NAMES = tuple(CITIES)
CATEGORIES = ("grocery", "fuel", "restaurant", "clothing", "electronics", "travel")
KINDS = 13
# A card's ordinary transactions never come close to a burst.
GAP_MS = 65_000
LEAST_S = 16 * 3600.0
CARD_EVERY_S = 900.0


def generate(options: Options) -> Dataset:
    """Transactions of cards that mostly stay in their city, with log-normal amounts."""
    return _Cards(options).dataset()


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance of two places, degrees north and east."""
    (north, east), (other_north, other_east) = (map(math.radians, place) for place in (a, b))
    half = (
        math.sin((other_north - north) / 2) ** 2
        + math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    )
    return 2 * 6371.0 * math.asin(math.sqrt(half))


class _Cards:
    def __init__(self, options: Options) -> None:
        cards = options.count(400, KINDS * options.cases, "fraud", "cards")
        span = options.span_ms(cards / CARD_EVERY_S, LEAST_S, "fraud")
        self.options = options
        self.rng = np.random.default_rng(options.seed)
        self.out = Recorder({"transactions": ("transaction_id",)})
        self.draw = Draw(self.rng, cards, options.start_ms, span)
        self.clear = Reservations()
        self.home = self.rng.integers(0, len(NAMES), cards)
        self.cards, self.span = cards, span

    def dataset(self) -> Dataset:
        for _ in range(self.options.cases):
            self.plant()
            self.miss_places()
            self.miss_tests_and_bursts()
            self.miss_travel()
        self.background()
        return self.out.dataset()

    def plant(self) -> None:
        card, at = self.case(10 * MINUTE_MS)
        trip = [
            self.online(card, at + 110_000 * i, 600 + 90 * i, NAMES[(self.home[card] + i) % 8])
            for i in range(3)
        ]
        self.out.plant("geographic_impossibility", number(card), *trip)

        card, at = self.case(10 * MINUTE_MS)
        test = self.online(card, at, round(self.rng.uniform(0.01, 5.0), 2))
        big = self.online(card, at + self.rng.integers(4_000, 60_000), self.above(1000))
        self.out.plant("card_testing", number(card), test, big)

        card, at = self.case(10 * MINUTE_MS)
        burst = [self.online(card, at + 20_000 * i, self.ordinary()) for i in range(6)]
        self.out.plant("velocity", number(card), *burst[:5])

        # The card is copied at home and used far away sooner than an airliner gets there.
        card, at = self.case(12 * HOUR_MS, blocked=True)
        far, km = self.far_from(self.home[card])
        here = self.terminal(card, at, self.home[card])
        there = self.terminal(card, at + km / 900 * HOUR_MS * self.rng.uniform(0.1, 0.8), far)
        self.out.plant("impossible_travel", number(card), here, there)

    def miss_places(self) -> None:
        rule = "geographic_impossibility"
        card, at = self.case(10 * MINUTE_MS)
        places = [self.online(card, at + 90_000 * i, 700, NAMES[i % 2]) for i in range(3)]
        self.out.near_miss(rule, number(card), "two places only", *places)
        card, at = self.case(10 * MINUTE_MS)
        places = [self.online(card, at + 150_000 * i, 700, NAMES[i]) for i in range(3)]
        self.out.near_miss(rule, number(card), "the third after five minutes", *places)
        card, at = self.case(10 * MINUTE_MS)
        places = [self.online(card, at + 90_000 * i, 500.0, NAMES[i]) for i in range(3)]
        self.out.near_miss(rule, number(card), "not above the limit", *places)

    def miss_tests_and_bursts(self) -> None:
        for later, amount, note in (
            (60_000, 2000.0, "a minute later"),
            (30_000, 999.99, "below a thousand"),
        ):
            card, at = self.case(10 * MINUTE_MS)
            pair = self.online(card, at, 1.5), self.online(card, at + later, amount)
            self.out.near_miss("card_testing", number(card), note, *pair)
        card, at = self.case(10 * MINUTE_MS)
        burst = [self.online(card, at + 30_000 * i, self.ordinary()) for i in range(5)]
        self.out.near_miss("velocity", number(card), "the fifth after two minutes", *burst)

    def miss_travel(self) -> None:
        rule = "impossible_travel"
        card, at = self.case(12 * HOUR_MS, blocked=True)
        far, km = self.far_from(self.home[card])
        flown = (
            self.terminal(card, at, self.home[card]),
            self.terminal(card, at + km / 850 * HOUR_MS, far),
        )
        self.out.near_miss(rule, number(card), "an airliner is as fast", *flown)
        card, at = self.case(12 * HOUR_MS, blocked=True)
        bought = (
            self.terminal(card, at, self.home[card]),
            self.online(card, at + 10 * MINUTE_MS, 80.0, NAMES[far]),
        )
        self.out.near_miss(rule, number(card), "the second is online", *bought)
        card, at = self.case(12 * HOUR_MS, blocked=True)
        apart = (
            self.terminal(card, at, self.home[card]),
            self.terminal(card, at + 10_000, self.home[card], north=0.7),
        )
        self.out.near_miss(rule, number(card), "terminals of one region", *apart)

    def background(self) -> None:
        count = max(0, self.options.events - len(self.out))
        for card, ts in arrivals(
            self.rng, self.cards, count, self.options.start_ms, self.span, GAP_MS
        ):
            if self.clear.free(card, ts):
                if self.rng.random() < 0.7:
                    self.terminal(card, ts, self.home[card])
                else:
                    self.online(card, ts, self.ordinary(), "online")

    def case(self, length_ms: int, blocked: bool = False) -> tuple[int, int]:
        """A card of its own and a time; a blocked card is not used afterwards."""
        card, at = self.draw.entity(), self.draw.time(length_ms + HOUR_MS)
        end = math.inf if blocked else at + length_ms
        self.clear.keep_clear(card, at - 10 * MINUTE_MS, end)
        return card, at

    def far_from(self, city: int) -> tuple[int, float]:
        """Another city between 2,000 and 8,000 km away, and the distance."""
        here = CITIES[NAMES[city]]
        found = [(i, distance_km(here, place)) for i, place in enumerate(CITIES.values())]
        city = int(self.rng.choice([i for i, km in found if 2_000 < km < 8_000]))
        return found[city]

    def ordinary(self) -> float:
        """An amount as people spend it, above a test charge and below a large one."""
        return round(min(max(self.rng.lognormal(3.3, 0.9), 5.5), 490.0), 2)

    def above(self, least: float) -> float:
        return round(least + self.rng.lognormal(5.5, 0.8), 2)

    def online(self, card: int, ts: float, amount: float, location: str = "online") -> str:
        return self.charge(card, ts, amount, location, False, None, None)

    def terminal(self, card: int, ts: float, city: int, north: float = 0.0) -> str:
        """A charge at a terminal within some km of a city's centre."""
        latitude, longitude = CITIES[NAMES[city]]
        up, right = self.rng.uniform(-0.05, 0.05, 2).tolist()
        place = round(latitude + north + up, 4), round(longitude + right, 4)
        return self.charge(card, ts, self.ordinary(), NAMES[city], True, *place)

    def charge(
        self,
        card: int,
        ts: float,
        amount: float,
        location: str,
        present: bool,
        latitude: float | None,
        longitude: float | None,
    ) -> str:
        return self.out.add(
            "transactions",
            ts,
            card_number=number(card),
            customer_id=f"customer-{card:05d}",
            amount=float(amount),
            location=location,
            merchant_category=str(self.rng.choice(CATEGORIES)),
            card_present=present,
            latitude=latitude,
            longitude=longitude,
        )


def number(card: int) -> str:
    """A token for a card."""
    return f"card-{card:05d}"
