"""The process that forks workers, behind a wall or without one, and asking it for them."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Self

import msgspec

from pytest_mlinfra.clock.blocking.watch import unwatched
from pytest_mlinfra.errors import FleetError, JailError
from pytest_mlinfra.katas.model import Limits
from pytest_mlinfra.runs.forkserver.tree import descendants
from pytest_mlinfra.runs.jail import bubblewrap
from pytest_mlinfra.runs.split.channel import Channel
from pytest_mlinfra.runs.split.rules import Connection
from pytest_mlinfra.runs.split.zygote import (
    HOST,
    LARGEST_ORDER,
    Fork,
    Kill,
    Listen,
    Module,
    Order,
    Report,
)

_START_SECONDS = 30.0
# Bubblewrap's own first process, and the one that waits.
_AT_REST = 2
_PATIENCE, _PAUSE = 1.0, 0.01
_MODULE = "pytest_mlinfra.runs.split.zygote"


class ZygoteProcess:
    """A process that has imported what answers need, and waits to be asked for workers.

    It ends with this process, or when it is closed.

    Args:
        is_jailed: whether to put it behind the wall.
        without: names of layers to leave away.

    Attributes:
        address: the path of the socket that it listens at.
    """

    def __init__(self, *, is_jailed: bool, without: Collection[str] = ()) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="mlinfra-zygote-")
        self.address = Path(self._folder.name) / "socket"
        self._lifeline, end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._is_ready = False
        with end, socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(str(self.address))
            listener.listen()
            descriptors = [listener.fileno(), end.fileno()]
            command = [bubblewrap.plain(sys.executable), "-I", "-m", _MODULE]
            command += [*map(str, descriptors), "walled" if is_jailed else "open", *without]
            self._process = subprocess.Popen(
                bubblewrap.jailed(command, without) if is_jailed else command,
                pass_fds=descriptors,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd="/",
                env=bubblewrap.environment(str(Path.home())),
            )

    def wait(self) -> None:
        """Wait until it has started, which takes about half a second.

        Raises:
            JailError: it cannot be started.
        """
        if self._is_ready:
            return
        self._lifeline.settimeout(_START_SECONDS)
        try:
            self._is_ready = bool(self._lifeline.recv(1))
        except OSError as error:
            raise JailError(f"no process for answers has started ({error})") from error
        if not self._is_ready:
            raise JailError("the process that starts those of answers ended at once")

    @property
    def processes(self) -> int:
        """How many processes descend from this one; a moment after a run, none of that."""
        deadline = time.monotonic() + _PATIENCE
        fewest = len(list(descendants(self._process.pid)))
        while time.monotonic() < deadline and fewest > _AT_REST:
            time.sleep(_PAUSE)
            fewest = min(fewest, len(list(descendants(self._process.pid))))
        return fewest

    def close(self) -> None:
        """End it, and every worker with it."""
        self._lifeline.close()
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


class Zygote:
    """Asks a process that waits somewhere for workers; to be closed at the end.

    What it starts shares a network that nobody else is in, if there is a wall.

    Args:
        address: where that process listens.

    Attributes:
        layers: the names of the layers that confined the latest worker.

    Raises:
        JailError: nobody listens there.
    """

    def __init__(self, address: Path) -> None:
        self.layers: tuple[str, ...] = ()
        self._control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_START_SECONDS)
        try:
            self._control.connect(str(address))
        except OSError as error:
            self._control.close()
            raise JailError(f"no process for answers can be had ({error})") from error
        self._outer_layers = self._receive().layers

    def start(
        self,
        modules: Mapping[str, Module],
        output: IO[bytes],
        limits: Limits,
        first_number: int,
    ) -> Connection:
        """Fork a worker for the modules of an answer.

        Args:
            modules: the modules, by the name that tests import.
            output: takes what the answer prints.
            limits: what it may use.
            first_number: the first by which the worker names what it gives away.

        Raises:
            JailError: it cannot be done.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            order = Fork(dict(modules), first_number, limits)
            report = self._order(order, theirs.fileno(), output.fileno())
        self.layers = (*self._outer_layers, *report.layers)
        return Connection(Channel(ours), partial(self._end, report.pid))

    def bind(self, host: str, port: int) -> socket.socket:
        """See `pytest_mlinfra.fleet.network.Network`: where the answer can reach it.

        Raises:
            FleetError: it cannot be had.
        """
        if host != HOST:
            raise FleetError(f"a graded answer reaches servers at {HOST}, and none at {host}")
        return self._socket(Listen(port))

    def refuse(self, host: str) -> socket.socket:
        """See `pytest_mlinfra.fleet.network.Network`."""
        return self._socket(Listen(refuses=True)) if host == HOST else self.bind(host, 0)

    def new_socket(self) -> socket.socket:
        """A TCP socket by which servers are reached as the answer reaches them."""
        return self._socket(Listen(connects=True))

    def _socket(self, order: Listen) -> socket.socket:
        content, descriptors = unwatched(self._socket_for, order)
        if not descriptors:
            raise FleetError(msgspec.json.decode(content, type=Report).error)
        return socket.socket(fileno=descriptors[0])

    def _socket_for(self, order: Listen) -> tuple[bytes, list[int]]:
        self._control.send(msgspec.json.encode(order))
        content, descriptors, *_ = socket.recv_fds(self._control, LARGEST_ORDER, 1)
        return content, descriptors

    def close(self) -> None:
        """End every worker that was asked for here."""
        self._control.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _end(self, pid: int) -> None:
        self._order(Kill(pid))

    def _order(self, order: Order, *descriptors: int) -> Report:
        return unwatched(self._ordered, order, *descriptors)

    def _ordered(self, order: Order, *descriptors: int) -> Report:
        content = msgspec.json.encode(order)
        try:
            if descriptors:
                socket.send_fds(self._control, [content], list(descriptors))
            else:
                self._control.send(content)
        except OSError as error:
            raise JailError(f"the process that forks workers is gone ({error})") from error
        return self._receive()

    def _receive(self) -> Report:
        try:
            content = self._control.recv(LARGEST_ORDER)
        except OSError as error:
            raise JailError(f"the process that forks workers is gone ({error})") from error
        if not content:
            raise JailError("the process that forks workers has ended")
        return msgspec.json.decode(content, type=Report)
