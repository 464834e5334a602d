"""Ports: free ones, and who has one that is taken."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import psutil

from tidegate.errors import StackError

STACK_PORTS = {"kafka_port": 9092, "controller_port": 9093, "flink_port": 8081, "rpc_port": 6123}
"""The ports of a stack by option, each with its usual number."""

ANY_PORTS = dict.fromkeys(STACK_PORTS, 0)
"""A stack's ports without a preference."""


# Below those that systems give to outgoing connections and to servers that ask for any port: such a
# one could be taken between the choice and its use.
CHOSEN = range(10_000, 32_768)
ATTEMPTS = 1_000

_mine: set[int] = set()


def free_ports(preferred: Mapping[str, int]) -> dict[str, Any]:
    """Ports by name, all different: the preferred one where it is free (0: none is), else another.

    Until this process ends, no other one of the same user gets them here.

    Raises:
        StackError: when none of many is free.
    """
    ports = {}
    for name, port in preferred.items():
        others = (random.choice(CHOSEN) for _ in range(ATTEMPTS))
        ports[name] = _first_free(chain([port] if port else [], others))
    return ports


def _first_free(candidates: Iterable[int]) -> int:
    for port in candidates:
        if port not in _mine and _reserve(port):
            if _binds(port):
                _mine.add(port)
                return port
            _release(port)
    tried = f"of {ATTEMPTS} ports from {CHOSEN.start} to {CHOSEN.stop - 1}"
    raise StackError(f"{tried} none is free; say which one to take")


def _reserve(port: int) -> bool:
    """Lock the port's byte of the user's file of ports; the system unlocks it with our end."""
    try:
        fcntl.lockf(_locks(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _release(port: int) -> None:
    fcntl.lockf(_locks(), fcntl.LOCK_UN, 1, port)


@cache
def _locks() -> int:
    # Never closed: closing any descriptor of the file would give all of its locks back.
    path = Path(tempfile.gettempdir()) / f"tidegate-ports-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _binds(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def require_free(port: int, what: str, remedy: str) -> None:
    """Refuse a port that something listens on.

    Raises:
        StackError: naming the port, who has it where that can be seen, and what to do.
    """
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except PermissionError as error:
            raise StackError(f"port {port} ({what}) needs rights; {remedy}") from error
        except OSError as error:
            if family == socket.AF_INET6 and not _listens(port):
                continue  # no IPv6 on this machine
            raise StackError(
                f"port {port} ({what}) is taken{_holder(port)}; end that or {remedy}"
            ) from error


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("::1", port), timeout=1):
            return True
    except OSError:
        return False


def _holder(port: int) -> str:
    """` by NAME (pid N)` where the system lets us see it, else nothing."""
    try:
        for connection in psutil.net_connections("tcp"):
            local = connection.laddr
            if connection.status == psutil.CONN_LISTEN and local and local.port == port:
                if connection.pid is None:
                    return ""
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:
        return ""
    return ""
