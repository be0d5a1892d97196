"""An event is cleared after the work, and with it whatever was signalled meanwhile."""

from __future__ import annotations

import asyncio


class Flusher:
    def __init__(self) -> None:
        self.pending: list[int] = []
        self.written: list[int] = []
        self._has_work = asyncio.Event()

    def add(self, item: int) -> None:
        self.pending.append(item)
        self._has_work.set()

    async def run(self, count: int, *, is_careless: bool) -> None:
        while len(self.written) < count:
            await self._has_work.wait()
            if not is_careless:
                self._has_work.clear()
            batch, self.pending = self.pending, []
            await asyncio.sleep(0)
            self.written += batch
            if is_careless:
                self._has_work.clear()


async def _feed(flusher: Flusher) -> None:
    flusher.add(1)
    for _ in range(5):
        await asyncio.sleep(0)
    flusher.add(2)


async def faulty() -> None:
    flusher = Flusher()
    await asyncio.gather(flusher.run(2, is_careless=True), _feed(flusher))


async def clean() -> None:
    flusher = Flusher()
    await asyncio.gather(flusher.run(2, is_careless=False), _feed(flusher))
