"""Several model servers that are watched as one."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from typing import Any, Self

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.faults import Fault
from pytest_mlinfra.fleet.journal import Journal
from pytest_mlinfra.fleet.model import Model
from pytest_mlinfra.fleet.network import Loopback, Network
from pytest_mlinfra.fleet.protocols import BUILT_IN, ModelProtocol
from pytest_mlinfra.fleet.server import ModelServer


class ModelFleet:
    """Starts servers by name, keeps one journal of them all, and stops them together.

    Args:
        protocols: what its servers speak.
        network: where their sockets come from; None for this process's loopback.

    Attributes:
        journal: what every server of the fleet saw.
    """

    def __init__(
        self, protocols: Sequence[ModelProtocol] = BUILT_IN, network: Network | None = None
    ) -> None:
        self.journal = Journal()
        self._protocols = protocols
        self._network = network or Loopback()
        self._servers: dict[str, ModelServer] = {}
        self._silent: list[socket.socket] = []

    async def start(
        self, name: str, *faults: Fault, predict: Callable[[Any], Any] | None = None
    ) -> ModelServer:
        """Start the server of a new model.

        Args:
            name: the model's name, new in this fleet.
            *faults: what goes wrong with it, outermost first.
            predict: from the JSON of a request to that of the prediction; None echoes.

        Raises:
            FleetError: the fleet has a model of that name.
        """
        if name in self._servers:
            raise FleetError(f"the fleet has a model {name!r} already; names must differ")
        model = Model(name) if predict is None else Model(name, predict)
        server = ModelServer([model], faults, self.journal, self._protocols)
        self._servers[name] = server
        return await server.start(self._network.listen())

    def unreachable_url(self) -> str:
        """The URL of a port that refuses connections, for as long as the fleet lives."""
        bound = self._network.refuse()
        self._silent.append(bound)
        return f"http://127.0.0.1:{bound.getsockname()[1]}"

    @property
    def open_connections(self) -> int:
        """How many connections clients hold open at this moment, over all servers."""
        return sum(server.open_connections for server in self._servers.values())

    async def stop(self) -> None:
        """Stop every server."""
        for server in self._servers.values():
            await server.stop()
        for bound in self._silent:
            bound.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.stop()
