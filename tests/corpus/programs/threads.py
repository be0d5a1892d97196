"""Work in threads, next to work on the loop."""

from __future__ import annotations

import asyncio


async def program() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        for _ in range(5):
            await asyncio.sleep(0.1)
            ticks += 1

    async def compute(number: int) -> int:
        return await asyncio.to_thread(sum, range(number))

    _, *sums = await asyncio.gather(tick(), *(compute(number) for number in (10, 20, 30)))
    assert sums == [45, 190, 435]
    assert ticks == 5
