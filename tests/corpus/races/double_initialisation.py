"""A client that is built when it is first needed is built twice."""

from __future__ import annotations

import asyncio


class Lazy:
    def __init__(self) -> None:
        self.built = 0
        self._client: object | None = None
        self._building = asyncio.Lock()

    async def _build(self) -> object:
        self.built += 1
        await asyncio.sleep(0)
        return object()

    async def client_carelessly(self) -> object:
        if self._client is None:
            self._client = await self._build()
        return self._client

    async def client(self) -> object:
        async with self._building:
            if self._client is None:
                self._client = await self._build()
        return self._client


async def faulty() -> None:
    lazy = Lazy()
    warmed_up = asyncio.Event()

    async def warm_up() -> None:
        await lazy.client_carelessly()
        warmed_up.set()

    async def serve() -> None:
        # Long enough, it seems, for warming up to be over.
        for _ in range(4):
            await asyncio.sleep(0)
        await lazy.client_carelessly()

    await asyncio.gather(warm_up(), serve(), serve())
    assert lazy.built == 1


async def clean() -> None:
    lazy = Lazy()
    await asyncio.gather(lazy.client(), lazy.client(), lazy.client())
    assert lazy.built == 1
