"""Two tasks take the same two locks in opposite orders."""

from __future__ import annotations

import asyncio


async def _move(first: asyncio.Lock, second: asyncio.Lock, delay: int) -> None:
    for _ in range(delay):
        await asyncio.sleep(0)
    async with first:
        await asyncio.sleep(0)
        async with second:
            await asyncio.sleep(0)


async def faulty() -> None:
    weights, tokens = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(_move(weights, tokens, 0), _move(tokens, weights, 4))


async def clean() -> None:
    weights, tokens = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(_move(weights, tokens, 0), _move(weights, tokens, 4))
