"""An item is taken from a queue and, if the work on it is cancelled, never seen again."""

from __future__ import annotations

import asyncio


class Worker:
    def __init__(self) -> None:
        self.queue: asyncio.Queue[int] = asyncio.Queue()
        self.done: list[int] = []
        for number in range(3):
            self.queue.put_nowait(number)

    async def _work(self, item: int) -> None:
        await asyncio.sleep(0.1)
        self.done.append(item)

    async def run_carelessly(self) -> None:
        while not self.queue.empty():
            await self._work(await self.queue.get())

    async def run(self) -> None:
        while not self.queue.empty():
            item = await self.queue.get()
            try:
                await self._work(item)
            except asyncio.CancelledError:
                self.queue.put_nowait(item)
                raise


def given() -> Worker:
    return Worker()


def invariant(worker: Worker) -> None:
    assert worker.queue.qsize() + len(worker.done) == 3


async def faulty(worker: Worker) -> None:
    await worker.run_carelessly()


async def clean(worker: Worker) -> None:
    await worker.run()
