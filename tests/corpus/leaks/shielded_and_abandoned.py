"""What is shielded goes on after its time-out."""

from __future__ import annotations

import asyncio
import contextlib


async def save() -> None:
    await asyncio.sleep(60)


async def faulty(url: str) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.01):
            await asyncio.shield(save())  # fault: task-left-pending of save()


async def clean(url: str) -> None:
    saving = asyncio.create_task(asyncio.sleep(0.02))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.01):
            await asyncio.shield(saving)
    await saving
