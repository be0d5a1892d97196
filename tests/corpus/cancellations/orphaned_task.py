"""A task is started, and forgotten if its starter is cancelled before it is awaited."""

from __future__ import annotations

import asyncio


async def _heartbeat() -> None:
    await asyncio.sleep(10)


async def faulty() -> None:
    heartbeat = asyncio.create_task(_heartbeat())
    await asyncio.sleep(1)
    await heartbeat


async def clean() -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_heartbeat())
        await asyncio.sleep(1)
