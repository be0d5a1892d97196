"""Locks, semaphores, conditions, events and barriers, as they are meant to be used."""

from __future__ import annotations

import asyncio


async def program() -> None:
    lock, permits, changed = asyncio.Lock(), asyncio.BoundedSemaphore(2), asyncio.Condition()
    start, barrier = asyncio.Event(), asyncio.Barrier(4)
    inside = peak = total = ready = 0

    async def work() -> None:
        nonlocal inside, peak, total, ready
        await start.wait()
        async with permits:
            inside += 1
            peak = max(peak, inside)
            await asyncio.sleep(0.01)
            inside -= 1
        async with lock:
            before = total
            await asyncio.sleep(0)
            total = before + 1
        async with changed:
            ready += 1
            changed.notify_all()
        await barrier.wait()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(work())
        start.set()
        async with changed:
            await changed.wait_for(lambda: ready == 4)
    assert (peak, total) == (2, 4)
