"""A stream is read in a loop, and kept by somebody who does not close it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing


async def _tokens() -> AsyncGenerator[str]:
    for token in ("a", "b", "c"):
        await asyncio.sleep(0.1)
        yield token


class Reader:
    def __init__(self) -> None:
        self.stream = _tokens()

    async def read_carelessly(self) -> None:
        async for _ in self.stream:
            await asyncio.sleep(0.1)

    async def read(self) -> None:
        async with aclosing(self.stream):
            async for _ in self.stream:
                await asyncio.sleep(0.1)


def given() -> Reader:
    return Reader()


async def faulty(reader: Reader) -> None:
    await reader.read_carelessly()


async def clean(reader: Reader) -> None:
    await reader.read()
