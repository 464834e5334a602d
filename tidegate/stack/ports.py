"""Ports: free ones, and who has one that is taken."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import psutil

from tidegate.errors import StackError

STACK_PORTS = {"kafka_port": 9092, "controller_port": 9093, "flink_port": 8081, "rpc_port": 6123}
"""The ports of a stack by option, each with its usual number."""

ANY_PORTS = dict.fromkeys(STACK_PORTS, 0)
"""A stack's ports without a preference."""


def free_ports(preferred: Mapping[str, int]) -> dict[str, Any]:
    """Ports by name, all different: the preferred one where it is free (0: none is), else another.

    Nothing keeps them free until they are used.
    """
    ports: dict[str, Any] = {}
    with ExitStack() as held:
        for name, port in preferred.items():
            one = held.enter_context(socket.socket())
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                one.bind(("127.0.0.1", 0))
            ports[name] = one.getsockname()[1]
    return ports


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
