"""Whether there is room is checked before an await, and the room is taken after it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Warehouse:
    def __init__(self) -> None:
        self.free = 1
        self._one_at_a_time = asyncio.Lock()

    async def reserve_carelessly(self) -> bool:
        if self.free < 1:
            return False
        await asyncio.sleep(0)
        self.free -= 1
        return True

    async def reserve(self) -> bool:
        async with self._one_at_a_time:
            return await self.reserve_carelessly()


async def _two_orders(reserve: Callable[[], Awaitable[bool]]) -> list[bool]:
    queue: asyncio.Queue[str] = asyncio.Queue()

    async def from_the_queue() -> bool:
        await queue.get()
        return await reserve()

    async def in_person() -> bool:
        return await reserve()

    later = asyncio.create_task(from_the_queue())
    sooner = asyncio.create_task(in_person())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    queue.put_nowait("order")
    return [await sooner, await later]


async def faulty() -> None:
    warehouse = Warehouse()
    await _two_orders(warehouse.reserve_carelessly)
    assert warehouse.free >= 0


async def clean() -> None:
    warehouse = Warehouse()
    await _two_orders(warehouse.reserve)
    assert warehouse.free >= 0
