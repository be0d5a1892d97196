"""A thread is joined in a coroutine."""

from __future__ import annotations

import asyncio
import threading


async def faulty(url: str) -> None:
    thread = threading.Thread(target=str)
    thread.start()
    thread.join()  # fault: blocking-call of threading.Thread.join


async def clean(url: str) -> None:
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.call_soon_threadsafe, args=(done.set,))
    thread.start()
    await done.wait()
    # It has nothing left to do but to end.
    thread.join()
