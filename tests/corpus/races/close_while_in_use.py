"""A pool is closed while a request is about to use what it was given."""

from __future__ import annotations

import asyncio


class Pool:
    def __init__(self) -> None:
        self.is_closed = False
        self.in_use = 0
        self._left = asyncio.Event()
        self._left.set()

    async def send(self) -> str:
        await asyncio.sleep(0)
        if self.is_closed:
            raise ConnectionError("the pool is closed")
        return "sent"

    async def request(self) -> str | None:
        if self.is_closed:
            return None
        self.in_use += 1
        self._left.clear()
        try:
            return await self.send()
        finally:
            self.in_use -= 1
            if not self.in_use:
                self._left.set()

    async def close_carelessly(self) -> None:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.is_closed = True

    async def close(self) -> None:
        while self.in_use:
            await self._left.wait()
        self.is_closed = True


async def faulty() -> None:
    pool = Pool()
    await asyncio.gather(pool.request(), pool.close_carelessly())


async def clean() -> None:
    pool = Pool()
    await asyncio.gather(pool.request(), pool.close())
