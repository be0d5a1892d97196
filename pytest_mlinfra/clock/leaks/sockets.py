"""Sockets that are open at the end: connections, servers and what has become of neither."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from weakref import WeakSet

from pytest_mlinfra.clock.finding import Finding
from pytest_mlinfra.clock.leaks.clients import OpenClients
from pytest_mlinfra.clock.leaks.leak import Leak
from pytest_mlinfra.clock.leaks.made import Made
from pytest_mlinfra.clock.leaks.origins import Origins
from pytest_mlinfra.places import Place

CONNECTION_LEFT_OPEN = "connection-left-open"
SERVER_LEFT_OPEN = "server-left-open"
SOCKET_LEFT_OPEN = "socket-left-open"

_ADVICE = {
    CONNECTION_LEFT_OPEN: "writer.close() and await writer.wait_closed(), in a finally; or a "
    "with around what holds the connection",
    SERVER_LEFT_OPEN: "async with around the server, or server.close() in a finally",
    SOCKET_LEFT_OPEN: "with around the socket, or its close() in a finally",
}

Address = tuple[str, int]


@dataclass(frozen=True)
class SeenConnection:
    """A connection that a server sees open.

    Attributes:
        peer: the address of the client's end: host and port.
        description: which server, and what it was last asked.
    """

    peer: Address
    description: str


ServersView = Callable[[], Iterable[SeenConnection]]


class OpenSockets(Made):
    """Finds the sockets that are open, and what servers see of their other ends.

    Args:
        origins: where sockets come from.
        loop: the loop that may have transports of them.
        clients: the clients that may have opened them.
        seen: what servers see at the moment.
    """

    def __init__(
        self,
        origins: Origins,
        loop: asyncio.AbstractEventLoop | None,
        clients: OpenClients,
        seen: ServersView,
    ) -> None:
        super().__init__(origins, (("socket", "socket"),), _is_closed)
        # A writer that is dropped closes its connection: too late to rely on.
        self._writers = Made(origins, (("asyncio.streams", "StreamWriter"),), _is_closing)
        self._loop = loop
        self._clients = clients
        self._seen = seen
        self._before: set[Address] = set()
        self._every: WeakSet[socket.socket] = WeakSet()

    def start(self) -> None:
        """Begin to keep sockets in mind."""
        self._before = {each.peer for each in self._seen()}
        super().start()
        self._writers.start()

    def stop(self) -> None:
        """Keep no further one in mind."""
        self._writers.stop()
        super().stop()

    def note(self, made: Any) -> None:
        """Keep a socket in mind; one that nobody is to blame for, too, while it is there."""
        self._every.add(made)
        origin = self._origins.here()
        if origin is not None and not self._clients.will_close(origin.client):
            self.births.add(made, origin.place)

    def leaks(self) -> Iterator[Leak]:
        """The open sockets, those of one line together; then what only a server sees."""
        seen = {each.peer: each.description for each in self._seen()}
        known = {_address(handle) for handle in self._every if not _is_closed(handle)}
        together: defaultdict[tuple[str, Place], list[socket.socket]] = defaultdict(list)
        for handle, place in self.births.left:
            together[_sort_of(handle), place].append(handle)
        for (sort, place), handles in together.items():
            views = tuple(
                f"the server still sees it open: {seen[address]}"
                for address in map(_address, handles)
                if address in seen
            )
            finding = _finding(sort, _headline(sort, handles), place, views)
            yield Leak(finding, partial(self._close, handles))
        for peer, description in seen.items():
            if peer not in known and peer not in self._before:
                headline = "A connection is still open when all is done."
                evidence = (f"the server still sees it open: {description}",)
                yield Leak(_finding(CONNECTION_LEFT_OPEN, headline, None, evidence))

    def _close(self, handles: list[socket.socket]) -> None:
        # A transport has to be told, or the loop would go on to look at its socket.
        transports = getattr(self._loop, "_transports", {})
        addresses = {_address(handle) for handle in handles}
        # With a server go the connections that it has accepted.
        accepted = [each for each in self._every if _address(each) in addresses]
        for handle in dict.fromkeys([*handles, *accepted]):
            if _is_closed(handle):
                continue
            transport = transports.get(handle.fileno())
            if transport is not None:
                transport.abort()
                continue
            if self._loop is not None and not self._loop.is_closed():
                with contextlib.suppress(NotImplementedError):
                    self._loop.remove_reader(handle.fileno())
                    self._loop.remove_writer(handle.fileno())
            handle.close()


def _is_closed(handle: socket.socket) -> bool:
    return handle.fileno() < 0


def _is_closing(writer: asyncio.StreamWriter) -> bool:
    return writer.is_closing()


def _sort_of(handle: socket.socket) -> str:
    with contextlib.suppress(OSError):
        if handle.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            return SERVER_LEFT_OPEN
        handle.getpeername()
        return CONNECTION_LEFT_OPEN
    return SOCKET_LEFT_OPEN


def _headline(sort: str, handles: list[socket.socket]) -> str:
    if len(handles) > 1:
        things = {CONNECTION_LEFT_OPEN: "connections", SERVER_LEFT_OPEN: "servers"}
        return f"{len(handles)} {things.get(sort, 'sockets')} are still open when all is done."
    match sort:
        case "connection-left-open":
            address = _text(handles[0].getpeername())
            return f"The connection to {address} is still open when all is done."
        case "server-left-open":
            address = _text(handles[0].getsockname())
            return f"A server still listens at {address} when all is done."
        case _:
            return "A socket is still open when all is done."


def _finding(sort: str, headline: str, place: Place | None, evidence: tuple[str, ...]) -> Finding:
    return Finding(id=sort, headline=headline, place=place, advice=_ADVICE[sort], evidence=evidence)


def _address(handle: socket.socket) -> Address:
    """The address of this end, as a server would name it."""
    with contextlib.suppress(OSError, TypeError, ValueError):
        host, port = handle.getsockname()[:2]
        return str(host), int(port)
    return "", 0


def _text(address: object) -> str:
    if isinstance(address, tuple):
        return f"{address[0]}:{address[1]}"
    return str(address) or "its other end"
