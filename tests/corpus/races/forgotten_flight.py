"""Requests for the same key share one flight, which is forgotten before its result is kept."""

from __future__ import annotations

import asyncio


class SingleFlight:
    def __init__(self) -> None:
        self.loads = 0
        self._cache: dict[str, str] = {}
        self._flights: dict[str, asyncio.Task[str]] = {}

    async def _load(self, key: str, *, is_careless: bool) -> str:
        self.loads += 1
        await asyncio.sleep(0)
        if is_careless:
            del self._flights[key]
            await asyncio.sleep(0)
        self._cache[key] = key.upper()
        self._flights.pop(key, None)
        return self._cache[key]

    async def get(self, key: str, *, is_careless: bool) -> str:
        if key in self._cache:
            return self._cache[key]
        if key not in self._flights:
            load = self._load(key, is_careless=is_careless)
            self._flights[key] = asyncio.create_task(load)
        return await self._flights[key]


async def _ask(*, is_careless: bool) -> None:
    flights = SingleFlight()

    async def later(steps: int) -> str:
        for _ in range(steps):
            await asyncio.sleep(0)
        return await flights.get("key", is_careless=is_careless)

    await asyncio.gather(later(0), later(1), later(6))
    assert flights.loads == 1


async def faulty() -> None:
    await _ask(is_careless=True)


async def clean() -> None:
    await _ask(is_careless=False)
