"""A coroutine puts into a queue of threads that is full."""

from __future__ import annotations

import asyncio
import queue


async def faulty(url: str) -> None:
    jobs: queue.Queue[int] = queue.Queue(maxsize=1)
    jobs.put(1)
    jobs.put(2, timeout=0.01)  # fault: blocking-call of queue.Queue.put


async def clean(url: str) -> None:
    jobs: asyncio.Queue[int] = asyncio.Queue(maxsize=1)
    taken = asyncio.create_task(jobs.get())
    await jobs.put(1)
    assert await taken == 1
