"""A thread has a coroutine run by the loop."""

from __future__ import annotations

import asyncio


async def answer() -> int:
    await asyncio.sleep(0.01)
    return 42


async def program(url: str) -> None:
    loop = asyncio.get_running_loop()

    def ask() -> int:
        return asyncio.run_coroutine_threadsafe(answer(), loop).result()

    assert await asyncio.to_thread(ask) == 42
