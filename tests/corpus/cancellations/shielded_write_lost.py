"""A write is shielded from the cancellation, but nobody waits for it any more."""

from __future__ import annotations

import asyncio


async def _write() -> None:
    await asyncio.sleep(0.2)


async def faulty() -> None:
    await asyncio.shield(_write())


async def clean() -> None:
    writing = asyncio.create_task(_write())
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        await writing
        raise
