"""A fake model server on the running loop: real sockets, no thread, no process."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Self

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.connection import Connection
from pytest_mlinfra.fleet.exchange import Exchange, Outcome
from pytest_mlinfra.fleet.faults import Answer, Fault
from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.journal import Journal
from pytest_mlinfra.fleet.model import Model, Models
from pytest_mlinfra.fleet.network import Loopback
from pytest_mlinfra.fleet.protocols import BUILT_IN, ModelProtocol
from pytest_mlinfra.fleet.router import Call, Router

# Room for every client that a test starts at once.
_BACKLOG = 2048


class ModelServer:
    """One or several models behind one port of 127.0.0.1.

    Attributes:
        models: the models that answer.
        faults: what goes wrong, outermost first; may be changed at any time.
        journal: every request, also of the other servers if the journal is shared.
    """

    def __init__(
        self,
        models: Iterable[Model],
        faults: Sequence[Fault] = (),
        journal: Journal | None = None,
        protocols: Sequence[ModelProtocol] = BUILT_IN,
    ) -> None:
        self.models = Models(models)
        self.faults = list(faults)
        self.journal = Journal() if journal is None else journal
        self._router = Router(protocols, self.models)
        self._seen: Counter[str] = Counter()
        self._connections: set[Connection] = set()
        self._connection_count = 0
        self._emptied = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._port: int | None = None

    async def start(self, listener: socket.socket | None = None) -> Self:
        """Listen, served by the running loop.

        Args:
            listener: a bound socket to listen on, which becomes the server's own; None
                for a free port, or the server's old one if it was started before.

        Raises:
            FleetError: it is running already.
        """
        if self._server is not None:
            raise FleetError(f"the server of {self.models.first.name!r} is running already")
        if listener is None:
            listener = Loopback().listen(self._port or 0)
        self._port = listener.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Connection(self), sock=listener, backlog=_BACKLOG
        )
        return self

    async def stop(self) -> None:
        """Close the port and every connection; a stopped server may start again, on its port."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        for connection in list(self._connections):
            connection.abort()
        if self._connections:
            self._emptied.clear()
            await self._emptied.wait()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_exception: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """Where the server is reached, without a slash at the end.

        Raises:
            FleetError: it has not been started.
        """
        if self._port is None:
            raise FleetError(f"the server of {self.models.first.name!r} has not been started")
        return f"http://127.0.0.1:{self._port}"

    @property
    def open_connections(self) -> int:
        """How many connections clients hold open at this moment."""
        return len(self._connections)

    # What a connection needs.

    def connected(self, connection: Connection) -> int:
        """Take note of a new connection; returns its number, counted from 1."""
        self._connections.add(connection)
        self._connection_count += 1
        return self._connection_count

    def disconnected(self, connection: Connection) -> None:
        """Take note of a connection's end."""
        self._connections.discard(connection)
        if not self._connections:
            self._emptied.set()

    def begin(self, request: Request, connection: int) -> tuple[Exchange, Call]:
        """Take note of a request, and find out where it leads."""
        call = self._router.resolve(request)
        return self.journal.begin(call.model, call.request, connection, self._now()), call

    def end(self, exchange: Exchange, outcome: Outcome) -> None:
        """Take note of how a request ended."""
        self.journal.end(exchange, outcome, self._now())

    async def answer(self, call: Call) -> Response:
        """The response to a request, with every fault that befalls it."""
        request = call.request
        seen = self._seen[request.path]
        self._seen[request.path] += 1
        answer: Answer = call.answer
        for fault in reversed([each for each in self.faults if each.matches(request, seen)]):
            answer = _wrapped(fault, answer)
        return await answer()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _wrapped(fault: Fault, answer: Answer) -> Answer:
    async def around() -> Response:
        return await fault.around(answer)

    return around
