"""A task catches everything, its cancellation included."""

from __future__ import annotations

import asyncio
import contextlib


async def careless() -> None:
    try:
        await asyncio.sleep(60)
    except BaseException:  # fault: cancellation-swallowed of careless()
        pass


async def careful(log: list[str]) -> None:
    try:
        await asyncio.sleep(60)
    except BaseException:
        log.append("stopped")
        raise


async def faulty(url: str) -> None:
    task = asyncio.create_task(careless())
    await asyncio.sleep(0)
    task.cancel()
    await task


async def clean(url: str) -> None:
    log: list[str] = []
    task = asyncio.create_task(careful(log))
    await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert log == ["stopped"]
