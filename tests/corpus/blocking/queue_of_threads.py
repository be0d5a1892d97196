"""A coroutine takes from a queue of threads."""

from __future__ import annotations

import asyncio
import queue


async def faulty(url: str) -> None:
    jobs: queue.Queue[int] = queue.Queue()
    jobs.get(timeout=0.01)  # fault: blocking-call of queue.Queue.get


async def clean(url: str) -> None:
    jobs: queue.Queue[int] = queue.Queue()
    jobs.put(1)
    assert jobs.get() == 1
    try:
        jobs.get(block=False)
    except queue.Empty:
        pass
    await asyncio.to_thread(jobs.put, 2)
    assert jobs.get_nowait() == 2
