"""A task heeds no cancellation, and so never ends."""

from __future__ import annotations

import asyncio
import contextlib


async def deaf() -> None:
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)


async def heeding() -> None:
    while True:
        await asyncio.sleep(60)


async def faulty(url: str) -> None:
    task = asyncio.create_task(deaf())  # fault: task-left-pending of deaf()
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)


async def clean(url: str) -> None:
    task = asyncio.create_task(heeding())
    await asyncio.sleep(0)
    # It ends at the loop's next turn, also if nobody waits for that.
    task.cancel()
