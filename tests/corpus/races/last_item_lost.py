"""A worker looks at the flag that stops it before it looks at what is still queued."""

from __future__ import annotations

import asyncio


class Worker:
    def __init__(self) -> None:
        self.queue: asyncio.Queue[int] = asyncio.Queue()
        self.handled: list[int] = []
        self.is_stopped = False

    async def run_carelessly(self) -> None:
        while not self.is_stopped:
            if not self.queue.empty():
                self.handled.append(self.queue.get_nowait())
            await asyncio.sleep(0)

    async def run(self) -> None:
        while not (self.is_stopped and self.queue.empty()):
            if not self.queue.empty():
                self.handled.append(self.queue.get_nowait())
            await asyncio.sleep(0)

    async def feed(self) -> None:
        for number in range(3):
            await self.queue.put(number)
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.is_stopped = True


async def faulty() -> None:
    worker = Worker()
    await asyncio.gather(worker.run_carelessly(), worker.feed())
    assert worker.handled == [0, 1, 2]


async def clean() -> None:
    worker = Worker()
    await asyncio.gather(worker.run(), worker.feed())
    assert worker.handled == [0, 1, 2]
