"""A consumer is woken because there is an item, and does not look whether it is still there."""

from __future__ import annotations

import asyncio


class Shelf:
    def __init__(self) -> None:
        self.items: list[int] = []
        self.changed = asyncio.Condition()

    async def take_carelessly(self) -> int:
        async with self.changed:
            if not self.items:
                await self.changed.wait()
            return self.items.pop()

    async def take(self) -> int:
        async with self.changed:
            await self.changed.wait_for(lambda: bool(self.items))
            return self.items.pop()

    async def put(self, item: int) -> None:
        async with self.changed:
            self.items.append(item)
            self.changed.notify()


async def _trade(*, is_careless: bool) -> None:
    shelf = Shelf()
    take = shelf.take_carelessly if is_careless else shelf.take

    async def supply() -> None:
        for number in range(2):
            await shelf.put(number)
            for _ in range(12):
                await asyncio.sleep(0)

    async def late() -> int:
        for _ in range(4):
            await asyncio.sleep(0)
        return await take()

    early, second = asyncio.create_task(take()), asyncio.create_task(late())
    await asyncio.sleep(0)
    await asyncio.gather(early, second, supply())


async def faulty() -> None:
    await _trade(is_careless=True)


async def clean() -> None:
    await _trade(is_careless=False)
