"""A call that may block, since the code says so."""

from __future__ import annotations

import asyncio
import time

from pytest_mlinfra.clock.blocking import allow_blocking


async def another() -> None:
    await asyncio.sleep(0)
    time.sleep(0.01)  # fault: blocking-call of time.sleep


async def faulty(url: str) -> None:
    task = asyncio.create_task(another())
    with allow_blocking():
        # It holds for this task, not for what others do meanwhile.
        await asyncio.sleep(0.01)
    await task


async def clean(url: str) -> None:
    with allow_blocking():
        time.sleep(0.01)
