"""A process that has imported what answers need, and forks a worker for each run.

It never runs code of an answer's itself. It also makes the sockets that the fleet
listens on: where it lives in a network of its own, so do they.

It is started with the number of a descriptor: a socket of whole messages, JSON each way.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from pytest_mlinfra.runs.jail.confine import confine
from pytest_mlinfra.runs.split.channel import Channel

LARGEST_ORDER = 1 << 16
_BACKLOG = 2048


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
    limits: dict[str, int] = {}


class Listen(msgspec.Struct, frozen=True, tag="listen"):
    """Make a socket on a free port of 127.0.0.1, and hand it over.

    Attributes:
        refuses: whether it is only bound, so that its port refuses connections.
    """

    refuses: bool = False


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


def serve(control: socket.socket) -> None:
    """Carry out orders until the driver has gone."""
    _warm()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control.send(msgspec.json.encode(Report()))
    while True:
        content, descriptors, *_ = socket.recv_fds(control, LARGEST_ORDER, 4)
        if not content:
            return
        order = msgspec.json.decode(content, type=Order)
        match order:
            case Fork():
                report = _fork(order, control, descriptors)
            case Listen(refuses):
                _listen(control, refuses=refuses)
                continue
            case Kill(pid):
                report = _kill(pid)
        control.send(msgspec.json.encode(report))


def _warm() -> None:
    """Import what answers are likely to, so that no worker has to."""
    import httpx  # noqa: F401, PLC0415

    from pytest_mlinfra.runs.split import worker  # noqa: F401, PLC0415


def _listen(control: socket.socket, *, refuses: bool) -> None:
    # Named TCP, so that asyncio switches off the delay of small packets.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        if not refuses:
            listener.listen(_BACKLOG)
        socket.send_fds(control, [msgspec.json.encode(Report())], [listener.fileno()])


def _fork(order: Fork, control: socket.socket, descriptors: list[int]) -> Report:
    ready, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(ready)
        control.close()
        _become_worker(order, descriptors, told)
    os.close(told)
    for descriptor in descriptors:
        os.close(descriptor)
    with os.fdopen(ready, "rb") as stream:
        layers = stream.read().decode().split()
    return Report(pid=pid, layers=tuple(layers))


def _become_worker(order: Fork, descriptors: list[int], told: int) -> NoReturn:
    """In the child: confine it, tell by what, and run the answer."""
    try:
        channel, output = descriptors
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        layers = confine(order.limits)
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


def main(descriptor: str) -> Any:
    """Serve on the socket with that number."""
    with socket.socket(fileno=int(descriptor)) as control:
        serve(control)


if __name__ == "__main__":
    main(sys.argv[1])
