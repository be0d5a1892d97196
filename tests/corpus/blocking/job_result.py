"""The result of a job is waited for without awaiting."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor


async def faulty(url: str) -> None:
    with ThreadPoolExecutor() as pool:
        pool.submit(abs, -1).result()  # fault: blocking-call of concurrent.futures.Future.result


async def clean(url: str) -> None:
    with ThreadPoolExecutor() as pool:
        job = pool.submit(abs, -1)
        assert await asyncio.wrap_future(job) == 1
        # It is done: there is nothing to wait for.
        assert job.result() == 1
