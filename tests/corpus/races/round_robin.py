"""The next replica is chosen before an await, and the choice is recorded after it."""

from __future__ import annotations

import asyncio
from collections import Counter


class Balancer:
    def __init__(self, replicas: int) -> None:
        self.seen: Counter[int] = Counter()
        self._replicas = replicas
        self._next = 0

    async def send_carelessly(self) -> None:
        replica = self._next
        await asyncio.sleep(0)
        self._next = (replica + 1) % self._replicas
        self.seen[replica] += 1

    async def send(self) -> None:
        replica = self._next
        self._next = (replica + 1) % self._replicas
        await asyncio.sleep(0)
        self.seen[replica] += 1


async def _clients(balancer: Balancer, *, is_careless: bool) -> None:
    queue: asyncio.Queue[None] = asyncio.Queue(maxsize=1)

    async def client() -> None:
        for _ in range(3):
            await queue.get()
            await (balancer.send_carelessly() if is_careless else balancer.send())

    async def source() -> None:
        for _ in range(6):
            await queue.put(None)
            for _ in range(3):
                await asyncio.sleep(0)

    await asyncio.gather(client(), client(), source())
    assert balancer.seen == {0: 3, 1: 3}


async def faulty() -> None:
    await _clients(Balancer(2), is_careless=True)


async def clean() -> None:
    await _clients(Balancer(2), is_careless=False)
