"""A coroutine waits without awaiting."""

from __future__ import annotations

import asyncio
import time


async def faulty(url: str) -> None:
    time.sleep(0.01)  # fault: blocking-call of time.sleep


async def clean(url: str) -> None:
    await asyncio.sleep(0.01)
    time.sleep(0)
