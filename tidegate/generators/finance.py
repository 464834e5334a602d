"""Holdings, transfers, credit scores and invoices with planted cases, for `rules/finance.yaml`."""

from __future__ import annotations

import numpy as np

from tidegate.generators.background import DAY_MS, times_of_day
from tidegate.generators.dataset import Dataset, Options, Recorder

HOLDING, TRANSFER = "concentrated_holding", "large_transfer"
SCORE, INVOICE = "credit_score_drop", "invoice_unpaid"
INSTRUMENTS = 12
LEAST_S = 50 * 86_400.0
EVENTS_A_DAY = 200.0
KINDS = 5
COOL_DOWN_MS = 7 * DAY_MS
# Invoices' stories: kind of event and days after issue; planted first, then near misses.
UNPAID = (("reminded", 14.0), ("reminded", 21.0), ("paid", 36.0))
NEAR = {
    "paid within the 30 days": (("reminded", 14.0), ("reminded", 21.0), ("paid", 29.9)),
    "reminded once only": (("reminded", 14.0), ("paid", 36.0)),
    "paid between the reminders": (("reminded", 14.0), ("paid", 18.0), ("reminded", 21.0)),
    "cancelled": (("reminded", 14.0), ("reminded", 21.0), ("cancelled", 25.0)),
}


def generate(options: Options) -> Dataset:
    """Weeks of a bank's back office; `entities` is the number of customers.

    Amounts are log-normal, portfolios random walks, reminders sent after 14 and 21 days.
    """
    usual = min(300, options.events // 40)
    customers = options.count(usual, KINDS * options.cases, "finance", "customers")
    span = options.span_ms(EVENTS_A_DAY / 86_400, LEAST_S, "finance")
    return _Bank(options, customers, span).dataset()


class _Bank:
    def __init__(self, options: Options, customers: int, span: int) -> None:
        self.options, self.customers, self.span = options, customers, span
        self.start = options.start_ms
        self.rng = np.random.default_rng(options.seed)
        self.out = Recorder(
            {
                "holdings": ("valuation_id",),
                "transfers": ("transfer_id",),
                "credit_scores": ("review_id",),
                "invoices": ("event_id",),
            }
        )

    def dataset(self) -> Dataset:
        events = self.options.events
        self.holdings(int(0.4 * events))
        self.transfers(int(0.35 * events))
        self.scores(int(0.1 * events))
        self.invoices(int(0.15 * events) // 3)
        return self.out.dataset()

    def holdings(self, count: int) -> None:
        """Portfolios valued at one time of the day; a holding is 5 to 13 % of its portfolio."""
        portfolios = max(5, self.options.cases)
        days = max(8, count // (portfolios * INSTRUMENTS))
        every = self.span / days
        scripts = self._holding_scripts(portfolios, days, every)
        for portfolio in range(portfolios):
            name, worth = f"portfolio-{portfolio:02d}", float(self.rng.lognormal(14, 1))
            shares = self.rng.uniform(0.06, 0.1, INSTRUMENTS)
            last_said: dict[int, float] = {}
            for day in range(days):
                worth *= float(np.exp(self.rng.normal(0, 0.01)))
                shares = np.clip(shares + self.rng.normal(0, 0.003, INSTRUMENTS), 0.05, 0.13)
                # Whole hundreds, so that 15 % of them is a number of cents.
                value = float(round(worth / 100) * 100)
                for instrument in range(INSTRUMENTS):
                    share, note = scripts.get((portfolio, instrument, day), (0.0, ""))
                    at = self.start + every * (day + 0.7) + 1000 * instrument
                    held = (share or float(shares[instrument])) * value
                    # The limit itself as a condition computes it, all else in cents.
                    held = held if share == 0.15 else round(held, 2)
                    key = f"INSTR{instrument:02d}"
                    event = self.out.add(
                        "holdings",
                        at,
                        portfolio=name,
                        instrument=key,
                        market_value=held,
                        portfolio_value=value,
                    )
                    if share > 0.15 and at - last_said.get(instrument, -1e15) >= COOL_DOWN_MS:
                        last_said[instrument] = at
                        self.out.plant(HOLDING, f"{name}|{key}", event)
                    elif share:
                        note = note or "within the cool-down"
                        self.out.near_miss(HOLDING, f"{name}|{key}", note, event)

    def _holding_scripts(
        self, portfolios: int, days: int, every: float
    ) -> dict[tuple[int, int, int], tuple[float, str]]:
        """Share and note by portfolio, instrument and day."""
        found: dict[tuple[int, int, int], tuple[float, str]] = {}
        # Above the limit for three valuations, where they fall into one cool-down.
        length = 3 if 2 * every < COOL_DOWN_MS else 1
        for case in range(self.options.cases):
            portfolio = case % portfolios
            above, equal = self.rng.choice(INSTRUMENTS, 2, replace=False).tolist()
            day = int(self.rng.integers(1, days - 4))
            for later in range(length):
                share = float(self.rng.uniform(0.155, 0.2))
                found[portfolio, above, day + later] = share, ""
            found[portfolio, equal, day] = 0.15, "15 % and no more"
        return found

    def transfers(self, count: int) -> None:
        cases = self.options.cases
        planted = [("", 12_000.0)] * cases + [("TREASURY", 6_000_000.0), ("PAYROLL", 260_000.0)]
        near = [("", 10_000.0, "the limit and no more")] * cases + [
            ("TREASURY", 4_900_000.0, "below the account's own limit"),
            ("PAYROLL", 249_999.0, "below the account's own limit"),
        ]
        times = times_of_day(
            self.rng, max(count, len(planted) + len(near)), self.start, self.span
        ).tolist()
        for account, amount in planted:
            key = account or self.account()
            self.out.plant(TRANSFER, key, self.transfer(times.pop(), key, amount))
        for account, amount, note in near:
            key = account or self.account()
            self.out.near_miss(TRANSFER, key, note, self.transfer(times.pop(), key, amount))
        for at in times:
            amount = min(float(self.rng.lognormal(5.7, 1.2)), 9_500.0)
            self.transfer(at, self.account(), round(amount, 2))

    def account(self) -> str:
        return f"account-{self.rng.integers(self.customers):05d}"

    def transfer(self, at: float, account: str, amount: float) -> str:
        beneficiary = f"payee-{self.rng.integers(1_000):04d}"
        return self.out.add(
            "transfers", at, account=account, beneficiary=beneficiary, amount=amount
        )

    def scores(self, count: int) -> None:
        """Each customer's reviews, spread over the time; changes between -8 and 8 points."""
        each = max(4, count // self.customers)
        every = self.span / each
        customers = self.rng.permutation(self.customers)
        changes = {}
        cases = self.options.cases
        for position in range(3 * cases):
            kind = ((-int(self.rng.integers(11, 60)),), (-10,), (-6, -6))[position % 3]
            changes[int(customers[position])] = kind
        for customer in range(self.customers):
            key, score = f"customer-{customer:05d}", int(self.rng.integers(450, 800))
            scripted = changes.get(customer, ())
            first = int(self.rng.integers(1, each - 1))
            offset = self.rng.uniform(0, 0.9 * every)
            for review in range(each):
                step = review - first
                change = int(self.rng.integers(-8, 9))
                if 0 <= step < len(scripted):
                    change = scripted[step]
                score = score + change if review else score
                at = self.start + offset + every * review
                event = self.out.add("credit_scores", at, customer_id=key, score=score)
                if step == len(scripted) - 1 and scripted:
                    if scripted[0] < -10:
                        self.out.plant(SCORE, key, event)
                    else:
                        note = "ten points" if len(scripted) == 1 else "twice six points"
                        self.out.near_miss(SCORE, key, note, event)

    def invoices(self, count: int) -> None:
        count = max(count, KINDS * self.options.cases)
        # The last ones are issued so early that 40 days of them can be told.
        times = times_of_day(self.rng, count, self.start, self.span - 40 * DAY_MS).tolist()
        for number, at in enumerate(times):
            key = f"invoice-{number:06d}"
            planted = number < KINDS * self.options.cases
            note = ("", *NEAR)[number % KINDS] if planted else "ordinary"
            story = NEAR.get(note, UNPAID) if planted else self.ordinary()
            customer = f"customer-{self.rng.integers(self.customers):05d}"
            amount = round(float(self.rng.lognormal(6.5, 1)), 2)
            events = [self.invoice(key, customer, at, "issued", amount)]
            for kind, days in story:
                events.append(self.invoice(key, customer, at + days * DAY_MS, kind, None))
            if planted and note:
                self.out.near_miss(INVOICE, key, note, *events)
            elif planted:
                self.out.plant(INVOICE, key, *events[:3])

    def ordinary(self) -> tuple[tuple[str, float], ...]:
        """Paid after about 12 days, 25 at most, reminded where that is late."""
        paid = min(max(12 * float(self.rng.lognormal(0, 0.5)), 1.0), 25.0)
        reminders = (("reminded", days) for days in (14.0, 21.0) if days < paid)
        return (*reminders, ("paid", paid))

    def invoice(self, key: str, customer: str, at: float, kind: str, amount: float | None) -> str:
        return self.out.add(
            "invoices", at, invoice_id=key, customer_id=customer, kind=kind, amount=amount
        )
