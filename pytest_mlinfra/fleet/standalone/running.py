"""A fleet at work: its servers, where each model is reached, and its faults."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Self

import msgspec

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.faults import Fault, RequestFault
from pytest_mlinfra.fleet.journal import Journal
from pytest_mlinfra.fleet.server import ModelServer
from pytest_mlinfra.fleet.standalone.config import FleetConfig
from pytest_mlinfra.fleet.standalone.ports import explain_refusal


class RunningFleet:
    """The models of a file, served on the running loop.

    Attributes:
        config: the file.
        journal: what all of its servers saw.
        in_flight: how many requests are being answered at this moment.
        cut_off: how many of them were not answered because it was stopped.
    """

    def __init__(self, config: FleetConfig) -> None:
        self.config = config
        self.journal = Journal(limit=config.fleet.keep)
        self.in_flight = 0
        self.cut_off = 0
        self._deadline: float | None = None
        self._servers: dict[str, ModelServer] = {}
        self.journal.watch(self._count)

    async def start(self) -> Self:
        """Open every port.

        Raises:
            FleetError: a port cannot be opened. Those that had been opened are closed.
        """
        shared = self.config.shared
        try:
            if shared:
                tls = self.config.fleet.tls
                server = ModelServer([each.model for each in shared], (), self.journal, tls=tls)
                self._servers |= {each.model.name: server for each in shared}
                for hosted in shared:
                    self.replace_faults(hosted.model.name, hosted.faults)
                await self._open(server, self.config.fleet.port, "the fleet")
            for hosted in self.config.alone:
                server = ModelServer([hosted.model], hosted.faults, self.journal, tls=hosted.tls)
                self._servers[hosted.model.name] = server
                await self._open(server, hosted.port or 0, f"the model {hosted.model.name!r}")
        except FleetError:
            await self.stop()
            raise
        return self

    async def _open(self, server: ModelServer, port: int, whose: str) -> None:
        host = self.config.fleet.host
        try:
            await server.start(host=host, port=port)
        except FleetError as error:
            cause = error.__cause__
            if isinstance(cause, OSError):
                raise FleetError(explain_refusal(cause, host, port, whose)) from error
            raise

    async def stop(self, grace: float = 0.0) -> None:
        """Close every port, wait for requests in flight, then close their connections.

        It may be called again while it waits, to wait no longer.

        Args:
            grace: how many seconds to wait at most.
        """
        self._deadline = asyncio.get_running_loop().time() + grace
        servers = set(self._servers.values())
        await asyncio.gather(*(server.stop(grace) for server in servers))

    def _count(self, exchange: Exchange) -> None:
        if exchange.ended is None:
            self.in_flight += 1
            return
        self.in_flight -= 1
        late = self._deadline is not None and exchange.ended >= self._deadline
        if late and exchange.outcome == "cancelled":
            self.cut_off += 1

    # What it is made of.

    @property
    def names(self) -> list[str]:
        """The names of its models, in the order of the file."""
        return [hosted.model.name for hosted in self.config.models]

    def url(self, model: str) -> str:
        """Where a model is reached, without a slash at the end.

        Raises:
            FleetError: there is no such model; so for all methods here.
        """
        server = self._server(model)
        return f"{server.url}/{model}" if _is_shared(server) else server.url

    def faults(self, model: str) -> list[Fault]:
        """What goes wrong with a model, outermost first."""
        server = self._server(model)
        return [fault for fault in server.faults if _befalls(fault, model, server)]

    def add_fault(self, model: str, fault: Fault) -> None:
        """Let a fault befall a model, besides those that do.

        Raises:
            FleetError: it would befall the other models of its port, too.
        """
        server = self._server(model)
        server.faults.append(_only_for(model, fault) if _is_shared(server) else fault)

    def replace_faults(self, model: str, faults: Iterable[Fault]) -> None:
        """Let these faults befall a model from now on, and no others.

        Raises:
            FleetError: one would befall the other models of its port, too.
        """
        server = self._server(model)
        if _is_shared(server):
            faults = [_only_for(model, fault) for fault in faults]
        self.remove_faults(model, lambda _number, _fault: True)
        server.faults.extend(faults)

    def remove_faults(self, model: str, condition: Callable[[int, Fault], bool]) -> None:
        """Let the faults no longer befall a model for which `condition` is true.

        Args:
            model: its name.
            condition: from the number, counted from 1, and the fault.
        """
        server = self._server(model)
        own = [at for at, each in enumerate(server.faults) if _befalls(each, model, server)]
        # From the end: what is removed moves only what comes after it.
        for number, at in reversed(list(enumerate(own, start=1))):
            if condition(number, server.faults[at]):
                del server.faults[at]

    def _server(self, model: str) -> ModelServer:
        if model not in self._servers:
            raise FleetError(f"there is no model {model!r}; there is {', '.join(self.names)}")
        return self._servers[model]


def _is_shared(server: ModelServer) -> bool:
    return len(server.models) > 1


def _befalls(fault: Fault, model: str, server: ModelServer) -> bool:
    return not _is_shared(server) or getattr(fault, "model", None) == model


def _only_for(model: str, fault: Fault) -> Fault:
    if not isinstance(fault, RequestFault):
        raise FleetError(
            f"the fault {fault.kind} befalls a whole port, and {model!r} shares its port; "
            "give it one of its own"
        )
    return msgspec.structs.replace(fault, model=model)
