"""A worker that must never die does not."""

from __future__ import annotations

import asyncio
import contextlib


async def faulty() -> None:
    beats = 0
    while beats < 3:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(1)
            beats += 1
            continue
        beats = -1_000_000


async def clean() -> None:
    beats = 0
    while beats < 3:
        await asyncio.sleep(1)
        beats += 1
