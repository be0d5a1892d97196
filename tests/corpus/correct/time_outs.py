"""Time-outs in one another, in time and too late."""

from __future__ import annotations

import asyncio


async def program(url: str) -> None:
    async with asyncio.timeout(1):
        try:
            async with asyncio.timeout(0.01):
                await asyncio.sleep(60)
        except TimeoutError:
            await asyncio.sleep(0.01)

    async def retried(tries: int) -> int:
        for attempt in range(tries):
            try:
                await asyncio.wait_for(asyncio.sleep(60), 0.01)
            except TimeoutError:
                await asyncio.sleep(0.01 * 2**attempt)
        return tries

    assert await asyncio.create_task(retried(3)) == 3
    async with asyncio.timeout(None) as limit:
        limit.reschedule(asyncio.get_running_loop().time() + 1)
        await asyncio.sleep(0)
