"""A process that has imported what answers need, and forks a worker for each run.

It never runs code of an answer's itself. It also makes the sockets that the fleet
listens on: where it lives in a network of its own, so do they.

Whoever grades connects to a socket of whole messages, JSON each way, and is served by a
fork of its own: so nobody meets anybody else's answers.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

import msgspec

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.addresses import bind_beside, bind_port
from pytest_mlinfra.fleet.network import OwnNetwork
from pytest_mlinfra.katas.model import Limits
from pytest_mlinfra.runs.jail.bubblewrap import FILES, NETWORK
from pytest_mlinfra.runs.jail.confine import confine, end_with_parent, enter_own_network
from pytest_mlinfra.runs.split.channel import Channel

LARGEST_ORDER = 1 << 16
HOST = "127.0.0.1"


class Module(msgspec.Struct, frozen=True):
    """A module of an answer.

    Attributes:
        path: the path that tracebacks show.
        text: its text.
    """

    path: str
    text: str | None


class Fork(msgspec.Struct, frozen=True, tag="fork"):
    """Fork a worker; with the order come the ends of its channel and of its output."""

    modules: dict[str, Module]
    first_number: int = 1
    limits: Limits = Limits()


class Listen(msgspec.Struct, frozen=True, tag="listen"):
    """Make a socket for a port of 127.0.0.1, and hand it over.

    Attributes:
        port: the port; 0 for any that is free.
        refuses: whether it only keeps its port, so that connections are refused.
        connects: whether it is to be connected instead, and so has no port yet.
    """

    port: int = 0
    refuses: bool = False
    connects: bool = False


class Kill(msgspec.Struct, frozen=True, tag="kill"):
    """End a worker and all that it started."""

    pid: int


Order = Fork | Listen | Kill


class Report(msgspec.Struct, frozen=True):
    """What came of an order.

    Attributes:
        pid: the number of a worker that was forked.
        layers: the names of the layers that confine it.
        error: why the order could not be carried out; empty if it was.
    """

    pid: int = 0
    layers: tuple[str, ...] = ()
    error: str = ""


def serve(control: socket.socket, layers: frozenset[str], without: frozenset[str]) -> None:
    """Carry out orders until the driver has gone.

    Args:
        control: the way to the driver.
        layers: the names of the layers around this process.
        without: the names of those that are left away.
    """
    control.send(msgspec.json.encode(Report(layers=tuple(layers))))
    while True:
        content, descriptors, *_ = socket.recv_fds(control, LARGEST_ORDER, 4)
        if not content:
            return
        order = msgspec.json.decode(content, type=Order)
        match order:
            case Fork():
                report = _fork(order, control, descriptors, without)
            case Listen():
                _listen(order, control)
                continue
            case Kill(pid):
                report = _kill(pid)
        control.send(msgspec.json.encode(report))


def _warm() -> None:
    """Import what answers are likely to, so that no worker has to."""
    import anyio._backends._asyncio  # noqa: F401, PLC0415
    import httpx  # noqa: PLC0415

    from pytest_mlinfra.clock import blocking  # noqa: PLC0415
    from pytest_mlinfra.runs.split import worker  # noqa: F401, PLC0415

    # Before the code under test is imported, which may keep what it imports.
    blocking.install()
    # What a client imports when the first one is made.
    httpx.AsyncClient(verify=False)  # noqa: S501 - it goes nowhere


def _listen(order: Listen, control: socket.socket) -> None:
    try:
        with _bound(order) as bound:
            socket.send_fds(control, [msgspec.json.encode(Report())], [bound.fileno()])
    except FleetError as error:
        control.send(msgspec.json.encode(Report(error=str(error))))


def _bound(order: Listen) -> socket.socket:
    if order.connects:
        return socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if order.refuses:
        return OwnNetwork().refuse(HOST)
    bound = bind_port(HOST, order.port)
    if order.port:
        return bound
    # Bound by number, it keeps its port when the fleet has it refuse connections.
    with bound:
        return bind_beside(bound)


def _fork(
    order: Fork, control: socket.socket, descriptors: list[int], without: frozenset[str]
) -> Report:
    ready, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(ready)
        control.close()
        _become_worker(order, descriptors, told, without)
    os.close(told)
    for descriptor in descriptors:
        os.close(descriptor)
    with os.fdopen(ready, "rb") as stream:
        layers = stream.read().decode().split()
    return Report(pid=pid, layers=tuple(layers))


def _become_worker(
    order: Fork, descriptors: list[int], told: int, without: frozenset[str]
) -> NoReturn:
    """In the child: confine it, tell by what, and run the answer."""
    try:
        channel, output = descriptors
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        layers = confine(order.limits, without)
        os.write(told, " ".join(layers).encode())
        os.close(told)
        _run_answer(order, socket.socket(fileno=channel))
    finally:
        os._exit(1)


def _run_answer(order: Fork, connection: socket.socket) -> NoReturn:
    from pytest_mlinfra.errors import BrokenRuleError  # noqa: PLC0415
    from pytest_mlinfra.katas.subject import Source, Subjects  # noqa: PLC0415
    from pytest_mlinfra.runs.split.worker import Worker  # noqa: PLC0415

    sources = {
        name: Source(Path(module.path), module.text) for name, module in order.modules.items()
    }
    try:
        Worker(Channel(connection), Subjects(sources), order.first_number).work()
    except BrokenRuleError:
        # The driver has gone.
        os._exit(0)


def _kill(pid: int) -> Report:
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError) as error:
        return Report(error=str(error))
    return Report()


def wait_for_drivers(
    listener: socket.socket,
    lifeline: socket.socket,
    layers: frozenset[str],
    without: frozenset[str],
) -> None:
    """Fork a process for each driver that comes, until whoever has started this one is gone.

    Args:
        listener: where they come.
        lifeline: its other end is closed when that is so.
        layers: the names of the layers around this process.
        without: the names of those that are left away.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # So that nobody has to take leave of those that have ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    lifeline.send(b"!")
    while lifeline not in select.select([listener, lifeline], [], [])[0]:
        control, _ = listener.accept()
        with control:
            if os.fork() == 0:
                listener.close()
                lifeline.close()
                _be_for_one_driver(control, layers, without)


def _be_for_one_driver(
    control: socket.socket, layers: frozenset[str], without: frozenset[str]
) -> NoReturn:
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        end_with_parent()
        if NETWORK in layers and not enter_own_network():
            layers -= {NETWORK}
        serve(control, layers, without)
    finally:
        os._exit(0)


def main(listener: str, lifeline: str, wall: str, *without: str) -> None:
    """Wait at the socket with that number, as long as nobody closes the other end of the other."""
    _warm()
    with socket.socket(fileno=int(listener)) as ours, socket.socket(fileno=int(lifeline)) as life:
        wait_for_drivers(ours, life, _outer_layers(wall) - set(without), frozenset(without))


def _outer_layers(wall: str) -> frozenset[str]:
    return frozenset({NETWORK, FILES}) if wall == "walled" else frozenset()


if __name__ == "__main__":
    main(*sys.argv[1:])
