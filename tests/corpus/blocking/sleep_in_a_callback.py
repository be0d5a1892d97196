"""A callback of the loop waits."""

from __future__ import annotations

import asyncio
import time


def report() -> None:
    time.sleep(0.01)  # fault: blocking-call of time.sleep


async def faulty(url: str) -> None:
    asyncio.get_running_loop().call_later(0.01, report)
    await asyncio.sleep(0.02)


async def clean(url: str) -> None:
    called = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, called.set)
    await called.wait()
