"""A loop over a generator is left by break."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator


async def epochs() -> AsyncGenerator[int, None]:
    for epoch in range(10):
        await asyncio.sleep(0)
        yield epoch


async def faulty(url: str) -> None:
    async for epoch in epochs():  # fault: generator-left-open of epochs
        if epoch == 3:
            break


async def clean(url: str) -> None:
    async with contextlib.aclosing(epochs()) as stream:
        async for epoch in stream:
            if epoch == 3:
                break
    assert [epoch async for epoch in epochs()] == list(range(10))
