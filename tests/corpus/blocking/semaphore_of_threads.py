"""A coroutine waits for a semaphore of threads."""

from __future__ import annotations

import asyncio
import threading


async def faulty(url: str) -> None:
    slots = threading.Semaphore(0)
    slots.acquire(timeout=0.01)  # fault: blocking-call of threading.Semaphore.acquire


async def clean(url: str) -> None:
    slots = threading.Semaphore(1)
    with slots:
        assert not slots.acquire(blocking=False)
    async with asyncio.Semaphore(1):
        await asyncio.sleep(0)
