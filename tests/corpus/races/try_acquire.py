"""Whether a permit is free is looked up first, and the permit is acquired an await later."""

from __future__ import annotations

import asyncio


class Gate:
    """Lets one in, and turns everybody else away at once."""

    def __init__(self) -> None:
        self._permits = asyncio.Semaphore(1)
        self.queued = 0

    async def _admit(self) -> None:
        self.queued += self._permits.locked()
        async with self._permits:
            await asyncio.sleep(0)

    async def enter_carelessly(self) -> None:
        if not self._permits.locked():
            await asyncio.sleep(0)
            await self._admit()

    async def enter(self) -> None:
        await asyncio.sleep(0)
        if not self._permits.locked():
            await self._admit()


async def _visit(*, is_careless: bool) -> None:
    gate = Gate()

    async def visitor(number: int) -> None:
        for _ in range(3 * number):
            await asyncio.sleep(0)
        await (gate.enter_carelessly() if is_careless else gate.enter())

    await asyncio.gather(*(visitor(number) for number in range(4)))
    assert gate.queued == 0


async def faulty() -> None:
    await _visit(is_careless=True)


async def clean() -> None:
    await _visit(is_careless=False)
