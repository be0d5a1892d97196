"""A coroutine waits for a lock that a thread holds."""

from __future__ import annotations

import asyncio
import threading


async def faulty(url: str) -> None:
    lock = threading.Lock()
    lock.acquire()
    with lock:  # fault: blocking-call of threading.Lock.acquire
        pass


async def clean(url: str) -> None:
    lock, count = threading.Lock(), 0

    def increase() -> None:
        nonlocal count
        with lock:
            count += 1

    jobs = [asyncio.to_thread(increase) for _ in range(5)]
    increase()
    await asyncio.gather(*jobs)
    assert lock.acquire(blocking=False)
    assert not lock.acquire(blocking=False)
    lock.release()
    async with asyncio.Lock():
        await asyncio.sleep(0)
