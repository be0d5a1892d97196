"""A task takes back its cancellation, as a supervisor may."""

from __future__ import annotations

import asyncio


async def program(url: str) -> None:
    async def persistent() -> str:
        task = asyncio.current_task()
        assert task is not None
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            task.uncancel()
        return "done"

    task = asyncio.create_task(persistent())
    await asyncio.sleep(0)
    task.cancel()
    assert await task == "done"
