"""The first answer wins, and the other requests go on."""

from __future__ import annotations

import asyncio


async def answer(seconds: float) -> float:
    await asyncio.sleep(seconds)
    return seconds


async def faulty(url: str) -> None:
    tasks = [asyncio.create_task(answer(n)) for n in (0.01, 60)]  # fault: task-left-pending
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    assert done.pop().result() == 0.01


async def clean(url: str) -> None:
    tasks = [asyncio.create_task(answer(n)) for n in (0.01, 60)]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    assert done.pop().result() == 0.01
