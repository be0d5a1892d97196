"""A length is read, and relied on after an await."""

from __future__ import annotations

import asyncio
from collections import deque


class Backlog:
    def __init__(self) -> None:
        self.items = deque(range(4))
        self.taken: list[int] = []

    async def drain_carelessly(self) -> None:
        for _ in range(len(self.items)):
            await asyncio.sleep(0)
            self.taken.append(self.items.popleft())

    async def drain(self) -> None:
        while self.items:
            self.taken.append(self.items.popleft())
            await asyncio.sleep(0)

    async def steal(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)
        if self.items:
            self.items.popleft()


async def faulty() -> None:
    backlog = Backlog()
    await asyncio.gather(backlog.drain_carelessly(), backlog.steal())


async def clean() -> None:
    backlog = Backlog()
    await asyncio.gather(backlog.drain(), backlog.steal())
