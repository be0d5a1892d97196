"""A coroutine waits for a reentrant lock."""

from __future__ import annotations

import asyncio
import threading
from threading import RLock


def take_for_good(lock: threading.RLock) -> None:
    lock.acquire()


async def faulty(url: str) -> None:
    lock = RLock()
    await asyncio.to_thread(take_for_good, lock)
    lock.acquire()  # fault: blocking-call of threading.RLock.acquire


async def clean(url: str) -> None:
    lock = RLock()
    with lock, lock:
        pass
    condition = threading.Condition(lock)
    with condition:
        condition.notify_all()
    await asyncio.sleep(0)
