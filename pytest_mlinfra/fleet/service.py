"""What a connection needs of its server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from pytest_mlinfra.fleet.handling import Handling
from pytest_mlinfra.fleet.http import Request
from pytest_mlinfra.fleet.journal import ConnectionRecord
from pytest_mlinfra.fleet.reading import SizeLimits
from pytest_mlinfra.fleet.router import Call

if TYPE_CHECKING:
    from pytest_mlinfra.fleet.connection import Connection


class Service(Protocol):
    """What a connection needs of its server."""

    @property
    def limits(self) -> SizeLimits:
        """How large a request may be."""
        ...

    @property
    def is_stopping(self) -> bool:
        """Whether connections are to be closed as soon as they are idle."""
        ...

    def connected(self, connection: Connection) -> ConnectionRecord:
        """Take note of a new connection."""
        ...

    def disconnected(self, connection: Connection, record: ConnectionRecord) -> None:
        """Take note of a connection's end."""
        ...

    def resolve(self, request: Request) -> Call:
        """Find out where a request leads."""
        ...

    def begin(self, call: Call, connection: int) -> Handling:
        """Take note of a request, all of which has arrived."""
        ...

    def begin_early(self, call: Call, connection: int) -> Handling | None:
        """Take note of a request whose body will not be waited for; None if it will."""
        ...

    def see_off(self, task: asyncio.Task[None]) -> None:
        """Cancel the task of a connection that has ended, and see that it ends, too."""
        ...
