"""Locks, events, conditions and barriers of asyncio."""

from __future__ import annotations

import asyncio


async def program(url: str) -> None:
    lock, event, condition = asyncio.Lock(), asyncio.Event(), asyncio.Condition()
    barrier = asyncio.Barrier(2)

    async def first() -> None:
        async with lock:
            await asyncio.sleep(0.01)
        event.set()
        await barrier.wait()
        async with condition:
            condition.notify_all()

    async def second() -> None:
        await event.wait()
        async with condition:
            await barrier.wait()
            await condition.wait()

    async with asyncio.TaskGroup() as group:
        group.create_task(first())
        group.create_task(second())
