"""Time-outs of both kinds, and what finishes just in time."""

from __future__ import annotations

import asyncio


async def program() -> None:
    loop = asyncio.get_running_loop()

    async def slow(seconds: float) -> float:
        await asyncio.sleep(seconds)
        return seconds

    async def limited(seconds: float) -> str:
        try:
            async with asyncio.timeout(1.0):
                await slow(seconds)
        except TimeoutError:
            return "late"
        return "in time"

    async def waited(seconds: float) -> str:
        try:
            await asyncio.wait_for(slow(seconds), timeout=1.0)
        except TimeoutError:
            return "late"
        return "in time"

    outcomes = await asyncio.gather(limited(0.9), limited(1.1), waited(0.9), waited(1.1))
    assert [*outcomes] == ["in time", "late", "in time", "late"]
    assert loop.time() == 1.0
