"""A limiter lets one in for each that it saw leave, without looking again."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Limiter:
    def __init__(self, limit: int) -> None:
        self.inside = 0
        self.peak = 0
        self._limit = limit

    async def _wait(self) -> None:
        while self.inside >= self._limit:
            await asyncio.sleep(0.01)

    @asynccontextmanager
    async def place(self, *, is_careless: bool) -> AsyncIterator[None]:
        await self._wait()
        if is_careless:
            await asyncio.sleep(0)  # say, a line in the log
        self.inside += 1
        self.peak = max(self.peak, self.inside)
        try:
            yield
        finally:
            self.inside -= 1


async def _use(limiter: Limiter, *, is_careless: bool) -> None:
    async def request(number: int) -> None:
        for _ in range(2 * number):
            await asyncio.sleep(0)
        async with limiter.place(is_careless=is_careless):
            await asyncio.sleep(0.005)

    await asyncio.gather(*(request(number) for number in range(4)))
    assert limiter.peak <= 2


async def faulty() -> None:
    await _use(Limiter(2), is_careless=True)


async def clean() -> None:
    await _use(Limiter(2), is_careless=False)
