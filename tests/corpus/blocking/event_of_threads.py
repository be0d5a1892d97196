"""A coroutine waits for an event of threads."""

from __future__ import annotations

import asyncio
import threading


async def faulty(url: str) -> None:
    ready = threading.Event()
    ready.wait(0.01)  # fault: blocking-call of threading.Event.wait


async def clean(url: str) -> None:
    ready = threading.Event()
    assert not ready.wait(0)
    await asyncio.to_thread(ready.set)
    # It is set: there is nothing to wait for.
    assert ready.wait()
