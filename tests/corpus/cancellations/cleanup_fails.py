"""A lock is released in any case, also if it was not acquired."""

from __future__ import annotations

import asyncio


async def _other(lock: asyncio.Lock) -> None:
    async with lock:
        await asyncio.sleep(1)


async def _write(lock: asyncio.Lock) -> None:
    try:
        await lock.acquire()
        await asyncio.sleep(1)
    finally:
        lock.release()


async def _write_well(lock: asyncio.Lock) -> None:
    await lock.acquire()
    try:
        await asyncio.sleep(1)
    finally:
        lock.release()


async def faulty() -> None:
    lock = asyncio.Lock()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_other(lock))
        await asyncio.sleep(0)
        await _write(lock)


async def clean() -> None:
    lock = asyncio.Lock()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_other(lock))
        await asyncio.sleep(0)
        await _write_well(lock)
