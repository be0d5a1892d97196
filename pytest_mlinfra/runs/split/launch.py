"""Starting the process that forks workers, behind a wall or without one."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Mapping
from typing import IO, Self

import msgspec

from pytest_mlinfra.errors import MlinfraError
from pytest_mlinfra.runs.jail import bubblewrap
from pytest_mlinfra.runs.split.channel import Channel
from pytest_mlinfra.runs.split.link import Connection
from pytest_mlinfra.runs.split.zygote import (
    LARGEST_ORDER,
    Fork,
    Kill,
    Listen,
    Module,
    Order,
    Report,
)

_START_SECONDS = 30.0
_MODULE = "pytest_mlinfra.runs.split.zygote"


class ZygoteError(MlinfraError):
    """The process that forks workers could not be started, or is gone."""


class Zygote:
    """Forks workers; to be closed at the end.

    Args:
        is_jailed: whether to put it behind the wall.

    Attributes:
        layers: the names of the layers that confined the latest worker.
    """

    def __init__(self, *, is_jailed: bool) -> None:
        self._outer_layers = (bubblewrap.NETWORK, bubblewrap.FILES) if is_jailed else ()
        self.layers: tuple[str, ...] = ()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-I", "-m", _MODULE, str(theirs.fileno())]
            self._process = subprocess.Popen(
                bubblewrap.jailed(command) if is_jailed else command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd="/",
            )
        self._control = ours
        self._control.settimeout(_START_SECONDS)
        self._receive()

    def start(
        self,
        modules: Mapping[str, Module],
        output: IO[bytes],
        limits: Mapping[str, int],
        first_number: int,
    ) -> Connection:
        """Fork a worker for the modules of an answer.

        Args:
            modules: the modules, by the name that tests import.
            output: takes what the answer prints.
            limits: see `pytest_mlinfra.runs.jail.confine.confine`.
            first_number: the first by which the worker names what it gives away.

        Raises:
            ZygoteError: it cannot be done.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            order = Fork(dict(modules), first_number, dict(limits))
            report = self._order(order, theirs.fileno(), output.fileno())
        self.layers = (*self._outer_layers, *report.layers)
        return Connection(Channel(ours), lambda: self._end(report.pid))

    def listen(self) -> socket.socket:
        """A socket that listens on a port which the answer can reach."""
        return self._socket(Listen())

    def refuse(self) -> socket.socket:
        """A socket that keeps a port which refuses the answer's connections."""
        return self._socket(Listen(refuses=True))

    def _socket(self, order: Listen) -> socket.socket:
        self._control.send(msgspec.json.encode(order))
        _content, (descriptor,), *_ = socket.recv_fds(self._control, LARGEST_ORDER, 1)
        return socket.socket(fileno=descriptor)

    def close(self) -> None:
        """End the process, and every worker with it."""
        self._control.close()
        self._process.terminate()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _end(self, pid: int) -> None:
        self._order(Kill(pid))

    def _order(self, order: Order, *descriptors: int) -> Report:
        content = msgspec.json.encode(order)
        try:
            if descriptors:
                socket.send_fds(self._control, [content], list(descriptors))
            else:
                self._control.send(content)
        except OSError as error:
            raise ZygoteError(f"the process that forks workers is gone ({error})") from error
        return self._receive()

    def _receive(self) -> Report:
        try:
            content = self._control.recv(LARGEST_ORDER)
        except OSError as error:
            raise ZygoteError(f"the process that forks workers is gone ({error})") from error
        if not content:
            raise ZygoteError("the process that forks workers has ended")
        return msgspec.json.decode(content, type=Report)
