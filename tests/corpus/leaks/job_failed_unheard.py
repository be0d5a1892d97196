"""A job of an executor fails, and nobody asks how."""

from __future__ import annotations

import asyncio


def fails() -> None:
    raise ValueError("no such model")


async def faulty(url: str) -> None:
    loop = asyncio.get_running_loop()
    loop.run_in_executor(None, fails)  # fault: exception-never-retrieved of ValueError
    await asyncio.to_thread(str)
    await asyncio.sleep(0.01)


async def clean(url: str) -> None:
    try:
        await asyncio.get_running_loop().run_in_executor(None, fails)
    except ValueError:
        pass
