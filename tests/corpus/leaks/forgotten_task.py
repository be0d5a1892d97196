"""A task is started, and nobody waits for it."""

from __future__ import annotations

import asyncio


async def faulty(url: str) -> None:
    asyncio.create_task(asyncio.sleep(60))  # fault: task-left-pending


async def clean(url: str) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(0.01))
