"""What must not be cut short is shielded, and waited for in the end."""

from __future__ import annotations

import asyncio


async def program(url: str) -> None:
    saved: list[int] = []

    async def save() -> None:
        await asyncio.sleep(0.02)
        saved.append(1)

    async def request() -> None:
        saving = asyncio.create_task(save())
        try:
            await asyncio.shield(saving)
        except asyncio.CancelledError:
            await saving
            raise

    task = asyncio.create_task(request())
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert saved == [1]
