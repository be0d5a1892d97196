"""A worker goes on to wait for jobs that nobody has."""

from __future__ import annotations

import asyncio
import contextlib


class Batcher:
    def __init__(self) -> None:
        self.jobs: asyncio.Queue[int] = asyncio.Queue()
        self.sum = 0

    async def work(self) -> None:
        while True:
            self.sum += await self.jobs.get()
            self.jobs.task_done()

    def start(self) -> None:
        self.worker = asyncio.create_task(self.work())  # fault: task-left-pending of Batcher.work()

    async def stop(self) -> None:
        self.worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.worker


async def faulty(url: str) -> None:
    batcher = Batcher()
    batcher.start()
    batcher.jobs.put_nowait(3)
    await batcher.jobs.join()


async def clean(url: str) -> None:
    batcher = Batcher()
    batcher.start()
    batcher.jobs.put_nowait(3)
    await batcher.jobs.join()
    await batcher.stop()
    assert batcher.sum == 3
