"""Threads count, and the total is read before the log is written, and written after it."""

from __future__ import annotations

import asyncio


class Totals:
    def __init__(self) -> None:
        self.tokens = 0

    async def _log(self) -> None:
        await asyncio.sleep(0)

    async def add_carelessly(self, text: str) -> None:
        count = await asyncio.to_thread(len, text)
        total = self.tokens + count
        await self._log()
        self.tokens = total

    async def add(self, text: str) -> None:
        count = await asyncio.to_thread(len, text)
        await self._log()
        self.tokens += count


async def _add_both(*, is_careless: bool) -> None:
    totals = Totals()
    add = totals.add_carelessly if is_careless else totals.add

    async def second() -> None:
        # By now, it seems, the first has been added.
        count = await asyncio.to_thread(len, "second")
        await asyncio.sleep(0.1)
        totals.tokens += count

    async def first() -> None:
        await asyncio.sleep(0.1)
        await add("first")

    await asyncio.gather(first(), second())
    assert totals.tokens == 11


async def faulty() -> None:
    await _add_both(is_careless=True)


async def clean() -> None:
    await _add_both(is_careless=False)
