"""A lock is released where the code goes on, and only there."""

from __future__ import annotations

import asyncio


async def _write(lock: asyncio.Lock) -> None:
    await lock.acquire()
    await asyncio.sleep(0.1)
    lock.release()


async def _write_well(lock: asyncio.Lock) -> None:
    async with lock:
        await asyncio.sleep(0.1)


async def faulty() -> None:
    await _write(asyncio.Lock())


async def clean() -> None:
    await _write_well(asyncio.Lock())
