"""An executor is made and never shut down."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor


async def faulty(url: str) -> None:
    pool = ThreadPoolExecutor()  # fault: executor-left-running of ThreadPoolExecutor
    assert await asyncio.get_running_loop().run_in_executor(pool, abs, -1) == 1


async def clean(url: str) -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor() as pool:
        assert await loop.run_in_executor(pool, abs, -1) == 1
    # The loop's own is shut down by whoever closes the loop.
    assert await loop.run_in_executor(None, abs, -1) == 1
