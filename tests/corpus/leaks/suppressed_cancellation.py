"""A task suppresses its own cancellation."""

from __future__ import annotations

import asyncio
import contextlib


async def poll() -> str:
    with contextlib.suppress(asyncio.CancelledError):  # fault: cancellation-swallowed of poll()
        await asyncio.sleep(60)
    return "done"


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    # This is the other task's cancellation, not its own.
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def faulty(url: str) -> None:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(poll())
        await asyncio.sleep(0)
        task.cancel()
    assert task.result() == "done"


async def clean(url: str) -> None:
    task = asyncio.create_task(asyncio.sleep(60))
    await asyncio.sleep(0)
    await asyncio.create_task(stop(task))
