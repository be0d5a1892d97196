"""Servers that are hard to connect to, or cannot be at all."""

from __future__ import annotations

import asyncio
from typing import Literal

from pytest_mlinfra.fleet.faults.fault import ConnectionFault, ListenerFault
from pytest_mlinfra.fleet.faults.fields import LongerThanNothing
from pytest_mlinfra.fleet.faults.moment import Moment


class Refused(ListenerFault, frozen=True):
    """Nobody listens: connections are refused. Those that are open stay open."""

    @property
    def mode(self) -> Literal["refusing"]:
        """Connections are refused."""
        return "refusing"


class FullBacklog(ListenerFault, frozen=True):
    """So many wait to be let in that the kernel lets nobody wait any more.

    Whoever tries to connect hears nothing at all. Connections that are open stay open.
    """

    @property
    def mode(self) -> Literal["full"]:
        """Nobody hears anything."""
        return "full"


class SlowAccept(ConnectionFault, frozen=True):
    """The server is slow to let anybody in.

    The kernel says that the connection is made; nothing on it is read before the time
    has passed, and no handshake of TLS begins.

    Attributes:
        seconds: how slow, on the loop's clock.
    """

    seconds: LongerThanNothing

    async def before(self, moment: Moment) -> None:
        """Wait."""
        await asyncio.sleep(self.seconds)
