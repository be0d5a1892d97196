"""A counter is read before an await and written after it."""

from __future__ import annotations

import asyncio


class Metrics:
    def __init__(self) -> None:
        self.served = 0

    async def count_carelessly(self) -> None:
        served = self.served
        await asyncio.sleep(0)
        self.served = served + 1

    async def count(self) -> None:
        await asyncio.sleep(0)
        self.served += 1


async def faulty() -> None:
    metrics = Metrics()

    async def after_a_while() -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        await metrics.count_carelessly()

    await asyncio.gather(metrics.count_carelessly(), after_a_while())
    assert metrics.served == 2


async def clean() -> None:
    metrics = Metrics()

    async def after_a_while() -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        await metrics.count()

    await asyncio.gather(metrics.count(), after_a_while())
    assert metrics.served == 2
