"""Generators that are exhausted, closed, nested, or failed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator


async def count(limit: int) -> AsyncGenerator[int, None]:
    for number in range(limit):
        await asyncio.sleep(0)
        yield number


async def doubled(limit: int) -> AsyncGenerator[int, None]:
    async with contextlib.aclosing(count(limit)) as numbers:
        async for number in numbers:
            yield 2 * number


async def failing() -> AsyncGenerator[int, None]:
    yield 1
    raise ValueError("broken")


async def program(url: str) -> None:
    assert [number async for number in doubled(3)] == [0, 2, 4]
    async with contextlib.aclosing(doubled(10)) as numbers:
        async for number in numbers:
            if number == 4:
                break
    with contextlib.suppress(ValueError):
        assert [number async for number in failing()]
    generator = count(1)
    assert await anext(generator) == 0
    assert await anext(generator, None) is None

    async def consume() -> None:
        async for _ in count(1000):
            await asyncio.sleep(1)

    # A task that is cancelled leaves things as they are.
    task = asyncio.create_task(consume())
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait([task])
