"""A fake model server on the running loop: real sockets, no thread, no process."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Self

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.addresses import Bind, bind_path, bind_port, url_of
from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.faults import Fault, Faults, ListenerFault
from pytest_mlinfra.fleet.journal import Journal
from pytest_mlinfra.fleet.listener import Listener
from pytest_mlinfra.fleet.models import Model, Models
from pytest_mlinfra.fleet.protocols import ModelProtocol
from pytest_mlinfra.fleet.reading import SizeLimits
from pytest_mlinfra.fleet.reception import Reception
from pytest_mlinfra.fleet.router import Router
from pytest_mlinfra.fleet.tls import Tls, server_context

HOST = "127.0.0.1"


class ModelServer:
    """One or several models behind one port.

    Args:
        models: the models that answer.
        faults: what goes wrong, outermost first.
        journal: where requests are written down; None for a journal of its own.
        protocols: what it speaks; None for everything built in.
        tls: whether it speaks TLS. In place of True the kind of its certificate, for
            instance ``expired``, or a context of one's own.
        limits: how large requests may be.
        bind: where sockets for ports come from, if not from this process's own network.

    Attributes:
        models: the models that answer.
        faults: what goes wrong, outermost first; may be changed at any time.
        journal: every request, also of the other servers if the journal is shared.
    """

    def __init__(  # noqa: PLR0913 - each is a choice of its own
        self,
        models: Iterable[Model],
        faults: Iterable[Fault] = (),
        journal: Journal | None = None,
        protocols: Sequence[ModelProtocol] | None = None,
        *,
        tls: Tls = False,
        limits: SizeLimits | None = None,
        bind: Bind = bind_port,
    ) -> None:
        self.journal = Journal() if journal is None else journal
        self.models = Models(models, self.journal)
        self.faults = Faults(faults)
        self._name = self.models.first.name
        self._tls = _context(tls)
        self._reception = Reception(
            self._name,
            Router(protocols, self.models),
            self.faults,
            self.journal,
            limits or SizeLimits(),
        )
        self._bind_port = bind
        self._bind: Callable[[], socket.socket] = partial(bind, HOST, 0)
        self._listener: Listener | None = None
        self._url: str | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def start(
        self,
        *,
        host: str | None = None,
        port: int | None = None,
        path: str | Path | None = None,
        listener: socket.socket | None = None,
    ) -> Self:
        """Listen on the running loop; where is remembered for the next start.

        Args:
            host: an address of this machine, IPv4 or IPv6; None for 127.0.0.1.
            port: the port; None for any that is free.
            path: the path of a Unix socket in place of the two.
            listener: a bound socket in place of all; the server closes it in the end.

        Raises:
            FleetError: it is running already, there are several places to listen at, or
                the place cannot be had.
        """
        if self._listener is not None:
            raise FleetError(f"the server of {self._name!r} is running already")
        at_port = host is not None or port is not None
        if at_port + (path is not None) + (listener is not None) > 1:
            raise FleetError(
                "a server listens at a host and port, at the path of a Unix socket, or on a "
                "listener: give one of these"
            )
        if path is not None:
            self._bind = partial(bind_path, Path(path))
        elif at_port:
            self._bind = partial(self._bind_port, host or HOST, port or 0)
        bound = self._bind() if listener is None else listener
        if listener is None and path is None:
            self._bind = partial(self._bind_port, *bound.getsockname()[:2])
        self._url = url_of(bound, is_secure=self._tls is not None)
        # Only in a network of one's own can another socket take the place of this one.
        is_own = listener is None and self._bind_port is bind_port
        self._listener = Listener(bound, self._accept, is_own=is_own)
        self.faults.start(self._heed_faults)
        self._heed_faults()
        self.models.start()
        return self

    async def stop(self, grace: float = 0) -> None:
        """Close the port and every connection; a stopped server may start again, on its port.

        Args:
            grace: how many seconds of the loop's clock requests that are in flight have
                to be answered; those that remain are cut off.

        Raises:
            FleetError: a handler does not end, though it was cancelled.
        """
        self.close_port()
        # Also where an earlier stop was itself cancelled while it waited.
        await self._reception.close(grace)

    def close_port(self) -> None:
        """Let nobody else connect; the first thing that stopping does."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
            self.faults.stop()
        if self._timer is not None:
            self._timer.cancel()

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
        if self._url is None:
            raise FleetError(f"the server of {self._name!r} has not been started")
        return self._url

    @property
    def open_connections(self) -> int:
        """How many connections clients hold open at this moment."""
        return len(self._reception.connections)

    def held_connections(self) -> dict[tuple[str, int], Exchange | None]:
        """The connections that clients hold open at this moment.

        Returns:
            For the address of each client's end, the last exchange with it, or None if
            nothing has been asked.
        """
        last = {each.connection: each for each in self.journal if each.model in self.models}
        return {each.client: last.get(each.number) for each in self._reception.connections}

    def fault(self, *faults: Fault) -> AbstractContextManager[None]:
        """Have further faults, outermost, while a ``with`` block runs.

        Example::

            with server.fault(Status(503)):
                ...
        """
        return self.faults.during(*faults)

    def _accept(self, accepted: socket.socket) -> None:
        self._reception.welcome(accepted, self._tls)

    def _heed_faults(self) -> None:
        """Be as hard to connect to as the faults say, now and when the next of them changes."""
        assert self._listener is not None
        due = [fault for fault, _ in self.faults.of_kind(ListenerFault)]
        self._listener.set_mode(due[0].mode if due else "open")
        if self._timer is not None:
            self._timer.cancel()
        wait = self.faults.next_change(ListenerFault)
        loop = asyncio.get_running_loop()
        self._timer = None if wait is None else loop.call_later(wait, self._heed_faults)


def _context(tls: Tls) -> ssl.SSLContext | None:
    if isinstance(tls, ssl.SSLContext):
        return tls
    return None if tls is False else server_context(tls)
