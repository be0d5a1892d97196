"""Where the connections of one server arrive, and what is known of them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.connection import Connection
from pytest_mlinfra.fleet.faults import AnswerFault, ConnectionFault, EarlyFault, Faults
from pytest_mlinfra.fleet.handling import Handling
from pytest_mlinfra.fleet.http import Request
from pytest_mlinfra.fleet.journal import ConnectionRecord, Journal
from pytest_mlinfra.fleet.reading import SizeLimits
from pytest_mlinfra.fleet.router import Call, Router

# How long, in seconds of the loop's clock, tasks that were cancelled may take to end.
_PATIENCE = 5.0


class Reception:
    """Lets connections in, hands their requests on, and sees everybody out.

    Args:
        name: the server's name in the journal.
        router: where requests lead.
        faults: what goes wrong.
        journal: where it is written down.
        limits: how large a request may be.

    Attributes:
        connections: those that are open.
        is_stopping: whether they are to be closed as soon as they are idle.
    """

    def __init__(
        self, name: str, router: Router, faults: Faults, journal: Journal, limits: SizeLimits
    ) -> None:
        self.limits = limits
        self.connections: set[Connection] = set()
        self.is_stopping = False
        self._name = name
        self._router = router
        self._faults = faults
        self._journal = journal
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Task[object] | None = None
        self._emptied: asyncio.Future[None] | None = None

    def welcome(self, accepted: socket.socket, tls: ssl.SSLContext | None) -> None:
        """Begin to serve a connection that has been accepted."""
        letting_in = self._let_in(accepted, tls)
        name = f"let a client of {self._name} in"
        task = asyncio.get_running_loop().create_task(letting_in, name=name)
        # Here, since a task that is cancelled before its first step runs no line of its own.
        task.add_done_callback(lambda task: accepted.close() if task.cancelled() else None)
        self._watch(task)

    async def close(self, grace: float) -> None:
        """Close every connection.

        Args:
            grace: how many seconds of the loop's clock requests that are in flight have
                to be answered before they are cut off.

        Raises:
            FleetError: a task of a handler does not end, though it was cancelled.
        """
        self.is_stopping = True
        # A handler may stop its own server; it cannot wait for itself.
        self._closing = asyncio.current_task()
        for connection in tuple(self.connections):
            connection.close_when_idle()
        if grace > 0:
            await self._empty(grace)
        for connection in tuple(self.connections):
            connection.abort()
        for task in self._others:
            task.cancel()
        if not await self._empty(_PATIENCE):
            names = ", ".join(sorted(task.get_name() for task in self._others))
            raise FleetError(
                f"the server of {self._name!r} has stopped, but {names} goes on: whoever "
                "is cancelled must let asyncio.CancelledError pass"
            )
        self.is_stopping = False

    # What a connection needs.

    def connected(self, connection: Connection) -> ConnectionRecord:
        """Take note of a new connection."""
        self.connections.add(connection)
        return self._journal.opened(self._name, asyncio.get_running_loop().time())

    def disconnected(self, connection: Connection, record: ConnectionRecord) -> None:
        """Take note of a connection's end."""
        self.connections.discard(connection)
        self._journal.closed(record, asyncio.get_running_loop().time())
        self._tell_if_empty()

    def resolve(self, request: Request) -> Call:
        """Find out where a request leads."""
        return self._router.resolve(request)

    def begin(self, call: Call, connection: int) -> Handling:
        """Take note of a request, all of which has arrived."""
        befalling = self._faults.befalling(AnswerFault, call.request, call.model)
        return Handling(call, connection, self._journal, befalling)

    def begin_early(self, call: Call, connection: int) -> Handling | None:
        """Take note of a request whose body will not be waited for; None if it will."""
        befalling = self._faults.befalling(EarlyFault, call.request, call.model)
        return Handling(call, connection, self._journal, befalling) if befalling else None

    def see_off(self, task: asyncio.Task[None]) -> None:
        """Cancel the task of a connection that has ended, and see that it ends, too."""
        if not task.done():
            task.cancel()
            self._watch(task)

    async def _let_in(self, accepted: socket.socket, tls: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        for fault, moment in self._faults.befalling_connection(ConnectionFault, self._name):
            await fault.before(moment)
        # Whom the handshake fails with has only itself to tell about it.
        with contextlib.suppress(OSError):
            await loop.connect_accepted_socket(lambda: Connection(self), accepted, ssl=tls)

    # Seeing everybody out.

    @property
    def _others(self) -> set[asyncio.Task[None]]:
        return {task for task in self._tasks if task is not self._closing}

    def _watch(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._tell_if_empty()

    def _tell_if_empty(self) -> None:
        emptied = self._emptied
        if emptied is None or emptied.done() or self.connections or self._others:
            return
        emptied.set_result(None)

    async def _empty(self, seconds: float) -> bool:
        """Wait until nobody is left, but not for longer than `seconds`; tell whether so."""
        self._emptied = asyncio.get_running_loop().create_future()
        self._tell_if_empty()
        if not self._emptied.done():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._emptied, seconds)
        is_empty = not self._emptied.cancelled()
        self._emptied = None
        return is_empty
