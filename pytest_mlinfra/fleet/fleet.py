"""Several model servers that are watched as one."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.addresses import url_of
from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.faults import Fault
from pytest_mlinfra.fleet.journal import Journal
from pytest_mlinfra.fleet.models import Model
from pytest_mlinfra.fleet.network import Network, OwnNetwork
from pytest_mlinfra.fleet.protocols import ModelProtocol
from pytest_mlinfra.fleet.reading import SizeLimits
from pytest_mlinfra.fleet.server import HOST, ModelServer
from pytest_mlinfra.fleet.tls import Tls


class ModelFleet:
    """Starts servers by name, keeps one journal of them all, and stops them together.

    Args:
        protocols: what its servers speak; None for everything built in.
        network: where its sockets come from; None for this process's own network.

    Attributes:
        journal: what every server of the fleet saw.
    """

    def __init__(
        self, protocols: Sequence[ModelProtocol] | None = None, network: Network | None = None
    ) -> None:
        self.journal = Journal()
        self._protocols = protocols
        self._network = network or OwnNetwork()
        self._servers: dict[str, ModelServer] = {}
        self._silent: list[socket.socket] = []

    async def start(  # noqa: PLR0913 - each is a choice of its own
        self,
        model: str | Model,
        *faults: Fault,
        predict: Callable[[Any], Any] | None = None,
        tls: Tls = False,
        limits: SizeLimits | None = None,
        host: str | None = None,
        port: int | None = None,
        path: str | Path | None = None,
        listener: socket.socket | None = None,
    ) -> ModelServer:
        """Start the server of a new model.

        Args:
            model: the model, or the name of one that echoes; the name is new in this fleet.
            *faults: what goes wrong with it, outermost first.
            predict: short for a `Model` of that name that answers by this function.
            tls: whether it speaks TLS, and with which certificate, as for `ModelServer`.
            limits: how large requests may be.
            host: where to listen, as for `ModelServer.start`; so for the three others.
            port: likewise.
            path: likewise.
            listener: likewise.

        Raises:
            FleetError: the fleet has a model of that name, or `predict` is given besides
                a whole model, or it cannot listen there.
        """
        if isinstance(model, str):
            model = Model(model) if predict is None else Model(model, predict)
        elif predict is not None:
            raise FleetError(f"the model {model.name!r} knows itself how it answers")
        if model.name in self._servers:
            raise FleetError(f"the fleet has a model {model.name!r} already; names must differ")
        server = ModelServer(
            [model],
            faults,
            self.journal,
            self._protocols,
            tls=tls,
            limits=limits,
            bind=self._network.bind,
        )
        await server.start(host=host, port=port, path=path, listener=listener)
        self._servers[model.name] = server
        return server

    def unreachable_url(self) -> str:
        """The URL of a port that refuses connections, for as long as the fleet lives."""
        bound = self._network.refuse(HOST)
        self._silent.append(bound)
        return url_of(bound, is_secure=False)

    @property
    def open_connections(self) -> int:
        """How many connections clients hold open at this moment, over all servers."""
        return sum(server.open_connections for server in self._servers.values())

    def held_connections(self) -> dict[tuple[str, int], tuple[str, Exchange | None]]:
        """The connections that clients hold open at this moment, over all servers.

        Returns:
            For the address of each client's end, the name of the server and the last
            exchange with it, or None if nothing has been asked.
        """
        return {
            client: (name, last)
            for name, server in self._servers.items()
            for client, last in server.held_connections().items()
        }

    async def stop(self, grace: float = 0) -> None:
        """Stop every server, all at the same time.

        Args:
            grace: how many seconds of the loop's clock requests that are in flight have
                to be answered.

        Raises:
            FleetError: a handler does not end; all servers have stopped all the same.
        """
        for bound in self._silent:
            bound.close()
        # At once: should this be cancelled, tasks that have not begun would close nothing.
        for server in self._servers.values():
            server.close_port()
        stopping = [server.stop(grace) for server in self._servers.values()]
        outcomes = await asyncio.gather(*stopping, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.stop()
