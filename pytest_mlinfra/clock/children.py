"""Programs that a loop has started, and that have not ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from pytest_mlinfra.clock.activity import Activity, Observer


class Children:
    """The child processes of one loop."""

    def __init__(self) -> None:
        self._transports: list[asyncio.SubprocessTransport] = []

    def add(self, transport: asyncio.SubprocessTransport) -> None:
        """Count a program that has just been started."""
        self._transports.append(transport)

    def __bool__(self) -> bool:
        self._transports = [each for each in self._transports if each.get_returncode() is None]
        return bool(self._transports)

    def activities(self, observer: Observer) -> Iterator[tuple[Activity, int]]:
        """What those which have not ended are doing, each with its process id."""
        for transport in self._transports:
            number = transport.get_pid()
            yield observer.of_process(number), number
