"""A retry takes its own cancellation for one more failure."""

from __future__ import annotations

import asyncio


async def _ask(attempt: int) -> str:
    await asyncio.sleep(0.1)
    if attempt < 2:
        raise ConnectionError
    return "answer"


async def faulty() -> None:
    for attempt in range(3):
        try:
            await _ask(attempt)
        except BaseException:
            await asyncio.sleep(0.1)


async def clean() -> None:
    for attempt in range(3):
        try:
            await _ask(attempt)
        except ConnectionError:
            await asyncio.sleep(0.1)
