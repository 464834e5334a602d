"""Trades and quotes of pairs with planted signals, for `rules/market.yaml`."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from tidegate.generators.background import DAY_MS, Draw, arrivals
from tidegate.generators.dataset import Dataset, Options, Recorder

DROP, BREAK = "drop_then_volume", "spread_break"
AVERAGE_OVER = 20
LEAST_S = 1800.0
TICK_EVERY_S = 4.0
# Steps of a script: seconds after its start, share of the previous close, times the average volume.
Steps = tuple[tuple[float, float, float], ...]
SIGNAL: Steps = ((0, 0.93, 1.0), (2, 0.955, 0.8), (6, 0.96, 4.0))
NEAR: dict[str, Steps] = {
    "a fall of less than 5 %": ((0, 0.951, 1.0), (5, 0.96, 5.0)),
    "the volume comes after ten seconds": ((0, 0.93, 1.0), (10, 0.96, 5.0)),
    "less than three times the average": ((0, 0.93, 1.0), (5, 0.96, 2.9)),
    "the volume comes first": ((0, 0.97, 5.0), (3, 0.93, 1.0)),
}
# Offsets of successive spreads from the usual one, in units of its noise.
SPREADS = {
    "": (12.0, 12.0, 12.0),
    "two quotes, then back": (12.0, 12.0),
    "inside the band": (1.7, 1.7, 1.7),
    "too few quotes before": (12.0, 12.0, 12.0),
}


@dataclass
class _Script:
    """Ticks of a case: at `start`, ms; `taken` are the steps of the match."""

    start: int
    steps: Steps
    note: str
    taken: tuple[int, ...]


def generate(options: Options) -> Dataset:
    """Prices as bounded random walks around the previous close, log-normal volumes; and spreads."""
    symbols = options.count(24, (2 + len(NEAR)) * options.cases, "market", "symbols")
    pairs = max(symbols // 2, len(SPREADS) * options.cases)
    span = options.span_ms(symbols / TICK_EVERY_S, LEAST_S, "market")
    return _Market(options, symbols, pairs, span).dataset()


class _Market:
    def __init__(self, options: Options, symbols: int, pairs: int, span: int) -> None:
        self.options, self.symbols, self.pairs, self.span = options, symbols, pairs, span
        self.rng = np.random.default_rng(options.seed)
        self.out = Recorder({"ticks": ("tick_id",), "pair_quotes": ("quote_id",)})

    def dataset(self) -> Dataset:
        # A quote a minute at least: the rule wants three within five minutes.
        quotes = max(100, int(0.3 * self.options.events) // self.pairs, self.span // 60_000)
        ticks = max(0, self.options.events - quotes * self.pairs)
        scripts = self.scripts()
        times: list[list[int]] = [[] for _ in range(self.symbols)]
        start, span = self.options.start_ms, self.span
        for symbol, ts in arrivals(self.rng, self.symbols, ticks, start, span, 100):
            times[symbol].append(ts)
        for symbol in range(self.symbols):
            self.trade(symbol, times[symbol], scripts.get(symbol, []))
        self.quote(quotes)
        return self.out.dataset()

    def scripts(self) -> dict[int, list[_Script]]:
        """Scripts by symbol: signals, near misses, and a second signal while the first cools."""
        draw = Draw(self.rng, self.symbols, self.options.start_ms, self.span)
        lead = 0.2 * self.span
        found: dict[int, list[_Script]] = {}
        for _ in range(self.options.cases):
            found[draw.entity()] = [_Script(draw.time(60_000, lead), SIGNAL, "", (0, 2))]
            at = draw.time(360_000, lead)
            found[draw.entity()] = [
                _Script(at, SIGNAL, "", (0, 2)),
                _Script(at + 120_000, SIGNAL, "within the cool-down", (0, 2)),
            ]
            for note, steps in NEAR.items():
                at = draw.time(60_000, lead)
                found[draw.entity()] = [_Script(at, steps, note, tuple(range(len(steps))))]
        return found

    def trade(self, symbol: int, times: list[int], scripts: list[_Script]) -> None:
        """All ticks of a symbol in order of time."""
        name = f"SYM{symbol:03d}"
        close = round(float(self.rng.uniform(20, 400)), 2)
        usual = float(self.rng.lognormal(6, 0.8)) + 50
        level, day = 0.0, 0
        volumes: deque[int] = deque(maxlen=AVERAGE_OVER)

        def tick(ts: int, price: float, volume: int) -> str:
            volumes.append(volume)
            return self.out.add(
                "ticks", ts, symbol=name, price=price, volume=volume, previous_close=close
            )

        todo = sorted(scripts, key=lambda script: script.start)
        clear_until = 0
        for ts in [*times, self.options.start_ms + self.span]:
            while todo and ts >= todo[0].start - 2_000:
                script = todo.pop(0)
                events = []
                for offset, share, times_average in script.steps:
                    average = sum(volumes) / len(volumes) if volumes else usual
                    volume = max(1, int(times_average * average) + (times_average > 3))
                    at = script.start + int(offset * 1000)
                    events.append(tick(at, round(close * share, 4), volume))
                self.case(DROP, name, script.note, [events[i] for i in script.taken])
                clear_until = script.start + 30_000
            if ts < clear_until:
                continue
            if (today := (ts - self.options.start_ms) // DAY_MS) > day:
                close, level, day = round(close * (1 + level), 2), 0.0, today
            level += float(self.rng.normal(0, 0.001)) - 0.02 * level
            level = min(max(level, -0.03), 0.03)
            volume = int(usual * self.rng.lognormal(0, 0.5)) + 1
            tick(ts, round(close * (1 + level), 2), volume)

    def quote(self, quotes: int) -> None:
        """All quotes of the pairs: a usual spread with noise of at most 1.5 deviations."""
        every = self.span / quotes
        kinds = [*SPREADS] * self.options.cases
        for pair in range(self.pairs):
            name = f"SYM{2 * pair:03d}/SYM{2 * pair + 1:03d}"
            note = kinds[pair] if pair < len(kinds) else None
            scripted = SPREADS[note] if note is not None else ()
            early = note == "too few quotes before"
            first = 20 if early else int(self.rng.integers(70, quotes - 10))
            usual, noise = self.rng.uniform(-5, 5), self.rng.uniform(0.05, 0.5)
            drawn = np.clip(self.rng.normal(0, 1, quotes), -1.5, 1.5)
            drawn[first : first + len(scripted)] = scripted
            offset = self.rng.uniform(0, every)
            events = [
                self.out.add(
                    "pair_quotes",
                    self.options.start_ms + offset + every * (i + self.rng.uniform(0, 0.1)),
                    pair=name,
                    spread=round(float(usual + noise * value), 4),
                )
                for i, value in enumerate(drawn)
            ]
            if note is not None:
                self.case(BREAK, name, note, events[first : first + len(scripted)])

    def case(self, rule: str, key: str, note: str, events: list[str]) -> None:
        if note:
            self.out.near_miss(rule, key, note, *events)
        else:
            self.out.plant(rule, key, *events)
