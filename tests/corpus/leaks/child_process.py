"""A process of one's own is started and never joined."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

spawning = multiprocessing.get_context("fork")


async def faulty(url: str) -> None:
    process = spawning.Process(target=time.sleep, args=(60,))  # fault: process-left-running
    process.start()


async def clean(url: str) -> None:
    process = spawning.Process(target=str)
    process.start()
    await asyncio.to_thread(process.join)
    # One that was never started runs nowhere.
    spawning.Process(target=str)
    with ProcessPoolExecutor(1, mp_context=spawning) as pool:
        assert await asyncio.get_running_loop().run_in_executor(pool, abs, -1) == 1
