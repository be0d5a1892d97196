"""Answers that trickle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from pytest_mlinfra.fleet.faults.fault import WireFault
from pytest_mlinfra.fleet.faults.fields import LongerThanNothing, Number
from pytest_mlinfra.fleet.faults.moment import Moment
from pytest_mlinfra.fleet.http import Pieces

# Into how many slices a second of a slow line is cut.
_SLICES_PER_SECOND = 20


class Drip(WireFault, frozen=True):
    """The body comes a few bytes at a time.

    Attributes:
        size: how many bytes at a time.
        interval: seconds before each of these, on the loop's clock.
        head: whether the head drips, too.
    """

    size: Number = 1
    interval: LongerThanNothing = 0.1
    head: bool = False

    @property
    def spoils(self) -> bool:
        """Late is not wrong."""
        return False

    async def through(self, moment: Moment, pieces: Pieces) -> AsyncGenerator[bytes]:
        """The same bytes, drop by drop."""
        if not self.head:
            yield await anext(pieces)
        async for piece in pieces:
            for start in range(0, len(piece), self.size):
                await asyncio.sleep(self.interval)
                yield piece[start : start + self.size]


class Bandwidth(WireFault, frozen=True):
    """The line is slow: head and body pass at a steady rate.

    Attributes:
        bytes_per_second: how many bytes pass in a second of the loop's clock.
    """

    bytes_per_second: Number

    @property
    def spoils(self) -> bool:
        """Late is not wrong."""
        return False

    async def through(self, moment: Moment, pieces: Pieces) -> AsyncGenerator[bytes]:
        """The same bytes, each slice when all of it has passed."""
        rate = self.bytes_per_second
        size = max(1, rate // _SLICES_PER_SECOND)
        clock = asyncio.get_running_loop().time
        free_at = clock()
        async for piece in pieces:
            # A line that had nothing to do does not make up for it.
            began, passed = max(free_at, clock()), 0
            while passed < len(piece):
                slice_ = piece[passed : passed + size]
                passed += len(slice_)
                free_at = began + passed / rate
                await asyncio.sleep(free_at - clock())
                yield slice_
