"""An answer on its way into the cache arrives after the cache was cleared for good reason."""

from __future__ import annotations

import asyncio


class Registry:
    def __init__(self) -> None:
        self.version = 1
        self.cached: int | None = None
        self._generation = 0

    async def _fetch(self) -> int:
        version = self.version
        await asyncio.sleep(0)
        return version

    async def get_carelessly(self) -> int:
        if self.cached is None:
            self.cached = await self._fetch()
        return self.cached

    async def get(self) -> int:
        generation = self._generation
        if self.cached is not None:
            return self.cached
        version = await self._fetch()
        if generation == self._generation:
            self.cached = version
        return version

    def deploy(self) -> None:
        self.version += 1
        self.cached = None
        self._generation += 1


async def _deploy_after_a_while(registry: Registry) -> None:
    for _ in range(4):
        await asyncio.sleep(0)
    registry.deploy()


async def faulty() -> None:
    registry = Registry()
    await asyncio.gather(registry.get_carelessly(), _deploy_after_a_while(registry))
    assert await registry.get_carelessly() == 2


async def clean() -> None:
    registry = Registry()
    await asyncio.gather(registry.get(), _deploy_after_a_while(registry))
    assert await registry.get() == 2
