"""An executor's map is exhausted in a coroutine."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor


async def faulty(url: str) -> None:
    with ThreadPoolExecutor() as pool:
        list(pool.map(abs, [-1, -2]))  # fault: blocking-call of concurrent.futures.Executor.map


async def clean(url: str) -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor() as pool:
        jobs = [loop.run_in_executor(pool, abs, each) for each in (-1, -2)]
        assert await asyncio.gather(*jobs) == [1, 2]
