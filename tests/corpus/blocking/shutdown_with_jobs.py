"""An executor is left while its jobs run."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor


async def faulty(url: str) -> None:
    stop = threading.Event()
    pool = ThreadPoolExecutor()
    job = pool.submit(stop.wait, 5)
    try:
        pool.shutdown()  # fault: blocking-call of concurrent.futures.ThreadPoolExecutor.shutdown
    finally:
        stop.set()
        pool.shutdown(wait=False)
    assert not job.cancelled()


async def clean(url: str) -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor() as pool:
        assert await loop.run_in_executor(pool, abs, -1) == 1
