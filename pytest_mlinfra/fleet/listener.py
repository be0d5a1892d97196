"""A listening socket that can be hard to connect to.

Connections are accepted by hand: asyncio's own servers cannot stop accepting without
closing the port.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.addresses import (
    bind_beside,
    bind_path,
    is_internet,
    prepare,
    remove_path,
)

_log = logging.getLogger(__name__)

# Who tries to connect is let in, hears at once that nobody listens, or hears nothing.
Mode = Literal["open", "refusing", "full"]

# Room for every client that a test starts at once.
_BACKLOG = 2048
# More than a queue with a length of 0 has room for, on any system.
_FILLERS = 4
# How long to accept nobody, in seconds, when there are no descriptors left.
_PAUSE = 1.0


class Listener:
    """Accepts the connections on one socket, as long as it is open.

    Args:
        bound: the socket, bound and perhaps listening already; it is closed in the end.
        is_own: whether its address is ours, so that another socket may take its place.
        on_accept: called with the socket of each new connection.

    Attributes:
        mode: how easy it is to connect.

    Raises:
        FleetError: the loop cannot watch sockets.
    """

    def __init__(
        self, bound: socket.socket, on_accept: Callable[[socket.socket], None], *, is_own: bool
    ) -> None:
        self.socket = bound
        self.mode: Mode = "open"
        self._on_accept = on_accept
        self._is_own = is_own
        self._loop = asyncio.get_running_loop()
        self._fillers: list[socket.socket] = []
        self._pause: asyncio.TimerHandle | None = None
        bound.setblocking(False)
        self._open()

    def set_mode(self, mode: Mode) -> None:
        """Make it easy or hard to connect, from now on; connections that are open stay open.

        Raises:
            FleetError: a socket of this kind cannot do that.
        """
        if mode == self.mode:
            return
        self._stop_accepting()
        self._let_go()
        if mode == "refusing":
            self._refuse()
        elif mode == "full":
            self._fill()
        else:
            self._open()
        self.mode = mode

    def close(self) -> None:
        """Stop listening."""
        self._stop_accepting()
        for filler in self._fillers:
            filler.close()
        remove_path(self.socket)
        self.socket.close()

    # Accepting.

    def _open(self) -> None:
        self._listen(_BACKLOG)
        self._start_accepting()

    def _start_accepting(self) -> None:
        try:
            self._loop.add_reader(self.socket, self._accept)
        except NotImplementedError as error:
            raise FleetError(f"a model server needs a selector loop, not {self._loop!r}") from error

    def _stop_accepting(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        self._loop.remove_reader(self.socket)

    def _accept(self) -> None:
        """Accept everybody who is there now."""
        for _ in range(_BACKLOG):
            try:
                connection, _address = self.socket.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                _log.warning("no connection can be accepted for a second: %s", error)
                self._stop_accepting()
                self._pause = self._loop.call_later(_PAUSE, self._start_accepting)
                return
            prepare(connection)
            self._on_accept(connection)

    # Being hard to connect to.

    def _listen(self, backlog: int) -> None:
        """Listen, also on a socket that does so already or did before."""
        if self.mode != "refusing":
            self.socket.listen(backlog)
            return
        if not is_internet(self.socket):
            path = Path(self.socket.getsockname())
            self.socket.close()
            self.socket = bind_path(path)
        address = self.socket.getsockname()
        self.socket.setblocking(False)
        self.socket.listen(backlog)
        if self.socket.getsockname() != address:
            raise FleetError(
                "a listener that was bound to any free port has lost it by refusing "
                "connections; bind it to a port by number"
            )

    def _refuse(self) -> None:
        if self._is_own and is_internet(self.socket):
            bound = bind_beside(self.socket)
            self.socket.close()
            self.socket = bound
            return
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            raise FleetError(f"this listener cannot refuse connections: {error}") from error

    def _fill(self) -> None:
        """Take every place in the queue of those who wait to be accepted."""
        if not is_internet(self.socket):
            raise FleetError("the backlog of a Unix socket is never full: clients hear so at once")
        self._listen(0)
        for _ in range(_FILLERS):
            filler = socket.socket(self.socket.family, socket.SOCK_STREAM)
            filler.setblocking(False)
            filler.connect_ex(self.socket.getsockname())
            self._fillers.append(filler)

    def _let_go(self) -> None:
        """Give the places in the queue back, and accept who has got one besides."""
        ours = {filler.getsockname() for filler in self._fillers}
        while self._fillers:
            self._fillers.pop().close()
        while ours:
            try:
                connection, address = self.socket.accept()
            except BlockingIOError:
                return
            if address in ours:
                connection.close()
            else:
                prepare(connection)
                self._on_accept(connection)
