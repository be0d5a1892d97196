"""A function without async waits, and a coroutine calls it."""

from __future__ import annotations

import asyncio
import time


def poll_until_ready(tries: int) -> int:
    for _ in range(tries):
        time.sleep(0.01)  # fault: blocking-call of time.sleep
    return tries


async def faulty(url: str) -> None:
    assert poll_until_ready(3) == 3


async def clean(url: str) -> None:
    loop = asyncio.get_running_loop()
    assert await loop.run_in_executor(None, poll_until_ready, 3) == 3
