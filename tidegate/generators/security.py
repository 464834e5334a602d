"""Logins and network flows with planted attacks, for `rules/security.yaml`."""

from __future__ import annotations

import numpy as np

from tidegate.generators.background import HOUR_MS, MINUTE_MS, Draw, Reservations, arrivals
from tidegate.generators.dataset import Dataset, Options, Recorder

GUESS, EXFILTRATION = "failed_logins_then_success", "scan_login_transfer"
USER_KINDS, HOST_KINDS = 11, 6
LEAST_S = 4 * 3600.0
HOST_EVERY_S = 60.0
GAP_MS = 20_000
PORTS = (443, 443, 443, 22, 25, 53)


def generate(options: Options) -> Dataset:
    """Hosts that are used by day, some failed logins, some refused connections of strangers."""
    hosts = options.count(40, HOST_KINDS * options.cases, "security", "hosts")
    span = options.span_ms(hosts / HOST_EVERY_S, LEAST_S, "security")
    return _Network(options, hosts, span).dataset()


class _Network:
    def __init__(self, options: Options, hosts: int, span: int) -> None:
        self.options, self.hosts, self.span = options, hosts, span
        self.users = max(3 * hosts, USER_KINDS * options.cases)
        self.rng = np.random.default_rng(options.seed)
        self.out = Recorder({"logins": ("login_id",), "flows": ("flow_id",)})
        self.clear = Reservations()
        self.draw_user = Draw(self.rng, self.users, options.start_ms, span)
        self.draw_host = Draw(self.rng, hosts, options.start_ms, span)

    def dataset(self) -> Dataset:
        for _ in range(self.options.cases):
            self.guesses()
            self.attacks()
        rest = max(0, self.options.events - len(self.out))
        self.ordinary_logins(int(0.3 * rest))
        self.ordinary_flows(rest - int(0.3 * rest))
        return self.out.dataset()

    def guesses(self) -> None:
        user, at = self.guessed_user()
        count = int(self.rng.integers(5, 9))
        events = self.attempts(user, at, "f" * count + "s", 12)
        self.out.plant(GUESS, account(user), *events)
        for form, every_s, note in (
            ("ffffs", 12, "four failures only"),
            ("fffsfffs", 12, "a success between"),
            ("fffffs", 75, "longer than five minutes"),
            ("ffffff", 12, "never let in"),
        ):
            user, at = self.guessed_user()
            self.out.near_miss(GUESS, account(user), note, *self.attempts(user, at, form, every_s))

    def guessed_user(self) -> tuple[int, int]:
        user, at = self.draw_user.entity(), self.draw_user.time(20 * MINUTE_MS)
        self.clear.keep_clear(user, at - 6 * MINUTE_MS, at + 15 * MINUTE_MS)
        return user, at

    def attempts(self, user: int, at: int, form: str, every_s: int) -> list[str]:
        """Attempts from one address, `f` failed, `s` succeeded."""
        address, host = self.stranger(), int(self.rng.integers(self.hosts))
        return [
            self.login(user, at + i * every_s * 1000, host, address, letter == "s")
            for i, letter in enumerate(form)
        ]

    def attacks(self) -> None:
        found = self.attack(probes=int(self.rng.integers(10, 15)))
        self.out.plant(EXFILTRATION, found[0], *found[1][:10], *found[1][-2:])
        for note, events in (
            ("the login comes from elsewhere", self.attack(own_address=False)),
            ("the transfer is small", self.attack(megabytes=90.0)),
            ("two ports only", self.attack(ports=2)),
            ("nine probes only", self.attack(probes=9)),
            ("the transfer comes after an hour", self.attack(hours=1.0)),
        ):
            self.out.near_miss(EXFILTRATION, events[0], note, *events[1])

    def attack(
        self,
        probes: int = 10,
        ports: int = 1000,
        own_address: bool = True,
        megabytes: float = 0.0,
        hours: float = 0.0,
    ) -> tuple[str, list[str]]:
        """Probes, a login, a transfer; the host and the identities."""
        index, at = self.draw_host.entity(), self.draw_host.time(90 * MINUTE_MS)
        attacker = self.stranger()
        first = int(self.rng.integers(1024, 4096))
        events = [
            self.flow(index, at + 1_500 * i, "inbound", attacker, first + i % ports, False, 60)
            for i in range(probes)
        ]
        address = attacker if own_address else self.stranger()
        user = self.draw_user.entity()
        events.append(self.login(user, at + 4 * MINUTE_MS, index, address, True))
        size = megabytes or float(self.rng.uniform(110, 4_000))
        later = hours * HOUR_MS or self.rng.uniform(8, 50) * MINUTE_MS
        peer = self.stranger()
        events.append(self.flow(index, at + later, "outbound", peer, 443, True, int(size * 1e6)))
        return server(index), events

    def ordinary_logins(self, count: int) -> None:
        """Mostly let in; never more than two failures in a row."""
        failures = [0] * self.users
        start = self.options.start_ms
        for user, ts in arrivals(self.rng, self.users, count, start, self.span, GAP_MS):
            if self.clear.free(user, ts):
                failed = failures[user] < 2 and self.rng.random() < 0.06
                failures[user] = failures[user] + 1 if failed else 0
                host = (user + int(self.rng.integers(3))) % self.hosts
                self.login(user, ts, host, f"10.0.{user // 250}.{user % 250 + 1}", not failed)

    def ordinary_flows(self, count: int) -> None:
        start = self.options.start_ms
        for host, ts in arrivals(self.rng, self.hosts, count, start, self.span, 10):
            size = int(min(self.rng.lognormal(10, 2), 5e7))
            kind = self.rng.random()
            if kind < 0.04:
                port = int(self.rng.integers(1, 65_536))
                self.flow(host, ts, "inbound", self.stranger(), port, False, 60)
            else:
                direction = "outbound" if kind < 0.5 else "inbound"
                port = int(self.rng.choice(PORTS))
                self.flow(host, ts, direction, self.stranger(), port, True, size)

    def stranger(self) -> str:
        """An address of the range for benchmarks, 198.18.0.0/15."""
        a, b, c = self.rng.integers(0, (2, 256, 254)).tolist()
        return f"198.{18 + a}.{b}.{c + 1}"

    def login(self, user: int, ts: float, host: int, address: str, succeeded: bool) -> str:
        return self.out.add(
            "logins",
            ts,
            user=account(user),
            host=server(host),
            source_ip=address,
            succeeded=succeeded,
        )

    def flow(
        self, host: int, ts: float, way: str, peer: str, port: int, accepted: bool, size: int
    ) -> str:
        return self.out.add(
            "flows",
            ts,
            host=server(host),
            direction=way,
            peer_ip=peer,
            port=port,
            accepted=accepted,
            bytes=size,
        )


def account(user: int) -> str:
    """A user's name."""
    return f"user-{user:04d}"


def server(host: int) -> str:
    """A host's name."""
    return f"host-{host:03d}"
