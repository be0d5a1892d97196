"""A future is given an exception that nobody fetches."""

from __future__ import annotations

import asyncio


async def faulty(url: str) -> None:
    answer = asyncio.get_running_loop().create_future()  # fault: exception-never-retrieved
    answer.set_exception(ValueError("no"))


async def clean(url: str) -> None:
    answer = asyncio.get_running_loop().create_future()
    answer.set_exception(ValueError("no"))
    try:
        await answer
    except ValueError:
        pass
    asyncio.get_running_loop().create_future()
