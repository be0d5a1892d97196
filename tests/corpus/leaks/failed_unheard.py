"""A task fails, and nobody asks how."""

from __future__ import annotations

import asyncio


async def fails() -> None:
    await asyncio.sleep(0)
    raise ValueError("no such model")


async def faulty(url: str) -> None:
    asyncio.create_task(fails())  # fault: exception-never-retrieved of ValueError
    await asyncio.sleep(0.01)


async def clean(url: str) -> None:
    results = await asyncio.gather(fails(), fails(), return_exceptions=True)
    assert [type(result) for result in results] == [ValueError, ValueError]
    try:
        await asyncio.gather(fails(), fails())
    except ValueError:
        pass
    task = asyncio.create_task(fails())
    await asyncio.wait([task])
    assert str(task.exception()) == "no such model"
