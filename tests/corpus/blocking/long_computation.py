"""A coroutine computes for too long without an await."""

from __future__ import annotations

import asyncio
import time


def compute(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:  # fault: cpu-hog of compute
        pass


async def faulty(url: str) -> None:
    compute(0.25)


async def clean(url: str) -> None:
    # As much of it, but others have their turn in between.
    for _ in range(50):
        compute(0.005)
        await asyncio.sleep(0)
    await asyncio.to_thread(compute, 0.25)
