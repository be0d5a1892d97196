"""A coroutine waits for a condition of threads."""

from __future__ import annotations

import asyncio
import threading


async def faulty(url: str) -> None:
    changed = threading.Condition()
    with changed:
        changed.wait(0.01)  # fault: blocking-call of threading.Condition.wait


async def clean(url: str) -> None:
    changed = asyncio.Condition()
    async with changed:
        changed.notify_all()
