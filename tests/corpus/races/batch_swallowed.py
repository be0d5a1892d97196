"""A batcher sends what is pending, then forgets also what came meanwhile."""

from __future__ import annotations

import asyncio


class Batcher:
    def __init__(self) -> None:
        self.pending: list[int] = []
        self.sent: list[int] = []

    async def _send(self, items: list[int]) -> None:
        items = list(items)
        await asyncio.sleep(0)
        self.sent += items

    async def flush_carelessly(self) -> None:
        await self._send(self.pending)
        self.pending.clear()

    async def flush(self) -> None:
        items, self.pending = self.pending, []
        await self._send(items)


async def _produce(batcher: Batcher) -> None:
    for number in range(3):
        batcher.pending.append(number)
    await asyncio.sleep(0.3)
    batcher.pending.append(3)


async def faulty() -> None:
    batcher = Batcher()

    async def every_tenth() -> None:
        for _ in range(4):
            await asyncio.sleep(0.1)
            await batcher.flush_carelessly()

    await asyncio.gather(_produce(batcher), every_tenth())
    assert batcher.sent == [0, 1, 2, 3]


async def clean() -> None:
    batcher = Batcher()

    async def every_tenth() -> None:
        for _ in range(4):
            await asyncio.sleep(0.1)
            await batcher.flush()

    await asyncio.gather(_produce(batcher), every_tenth())
    assert batcher.sent == [0, 1, 2, 3]
