"""Where the admin API listens, and where that is told."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.journal import Journal
from pytest_mlinfra.fleet.models import Model
from pytest_mlinfra.fleet.server import ModelServer
from pytest_mlinfra.fleet.standalone.address import (
    Address,
    publish,
    running_fleets,
    runtime_folder,
    socket_path,
    withdraw,
)
from pytest_mlinfra.fleet.standalone.admin import AdminProtocol
from pytest_mlinfra.fleet.standalone.config import FleetConfig
from pytest_mlinfra.fleet.standalone.ports import explain_refusal
from pytest_mlinfra.fleet.standalone.running import RunningFleet
from pytest_mlinfra.fleet.tls import authority_pem


class AdminServer:
    """Serves the admin API of a fleet, and lets clients find it.

    Args:
        fleet: the running fleet.
        stop: ends it.

    Attributes:
        address: where it is; only once it has started.
    """

    address: Address

    def __init__(self, fleet: RunningFleet, stop: Callable[[], None]) -> None:
        self._fleet = fleet
        self._stop = stop
        self._server: ModelServer | None = None

    async def start(self) -> Address:
        """Listen, and publish where.

        Raises:
            FleetError: a fleet of that name is running, or the port cannot be opened.
        """
        config = self._fleet.config
        for other in running_fleets():
            if other.name == config.name:
                raise FleetError(
                    f"a fleet named {config.name!r} is running already (process {other.pid}); "
                    "stop it, or choose another name with --name"
                )
        port = config.fleet.admin.port
        path = socket_path(config.name) if port is None else None
        token = "" if path else secrets.token_urlsafe(24)
        protocol = AdminProtocol(self._fleet, self._stop, token)
        self._server = ModelServer([Model("admin")], (), Journal(limit=100), [protocol])
        if path:
            await self._server.start(path=path)
        else:
            await self._open_port(self._server, port or 0)
            port = int(self._server.url.rpartition(":")[2])
        self.address = Address(
            name=config.name,
            pid=os.getpid(),
            config=str(config.path.resolve()),
            socket=str(path) if path else None,
            port=port,
            token=token,
            authority=_authority_file(config),
        )
        publish(self.address)
        return self.address

    async def _open_port(self, server: ModelServer, port: int) -> None:
        try:
            await server.start(port=port)
        except FleetError as error:
            cause = error.__cause__
            if isinstance(cause, OSError):
                text = explain_refusal(cause, "127.0.0.1", port, "the admin API")
                raise FleetError(text) from error
            raise

    async def stop(self) -> None:
        """Stop listening, and leave nothing behind."""
        if self._server is not None:
            await self._server.stop()
        if hasattr(self, "address"):
            withdraw(self.address)


def _authority_file(config: FleetConfig) -> str | None:
    """The file by which clients can trust a fleet that speaks TLS."""
    if not config.uses_tls:
        return None
    path = runtime_folder() / f"{config.name}.pem"
    path.write_bytes(authority_pem())
    return str(path)
