"""Stacks that start at the same time get different ports."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import ExitStack

from tests.cluster import free_port
from tidegate.stack.jars import ROOT
from tidegate.stack.ports import CHOSEN, STACK_PORTS, free_ports

CHOOSE = """
import json, sys
from tidegate.stack.ports import free_ports
preferred = json.loads(sys.argv[1])
print(json.dumps(list(free_ports(preferred).values())), flush=True)
sys.stdin.read()
"""


def chosen_by_processes(preferred: dict[str, int], count: int) -> list[list[int]]:
    """What processes that live at the same time choose, none of which listens anywhere."""
    with ExitStack() as running:
        processes = [
            running.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", CHOOSE, json.dumps(preferred)],
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(count)
        ]
        return [json.loads(process.stdout.readline()) for process in processes if process.stdout]


def test_processes_that_prefer_the_same_ports_get_different_ones() -> None:
    wanted = dict(zip(STACK_PORTS, free_ports(dict.fromkeys(STACK_PORTS, 0)).values(), strict=True))
    # Ours until we end: all of the others get other ones.
    ports = [port for ports in chosen_by_processes(wanted, 4) for port in ports]
    assert len(ports) == 4 * len(wanted)
    assert len({*ports, *wanted.values()}) == 5 * len(wanted)


def test_the_ports_of_a_process_that_has_ended_are_free_again() -> None:
    ((port,),) = chosen_by_processes({"one": 0}, 1)
    assert chosen_by_processes({"one": port}, 1) == [[port]]
    first, second = chosen_by_processes({"one": port}, 2)
    assert port in first + second
    assert first != second


def test_a_port_that_something_listens_on_is_not_chosen() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", free_port()))
        held.listen()
        taken = held.getsockname()[1]
        chosen = free_ports({"one": taken})["one"]
    assert chosen != taken
    assert chosen in CHOSEN


def test_a_process_chooses_no_port_twice() -> None:
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == 50
