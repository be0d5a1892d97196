"""Producers, workers and a collector around queues that are too small."""

from __future__ import annotations

import asyncio


async def program() -> None:
    items: asyncio.Queue[int] = asyncio.Queue(maxsize=2)
    results: asyncio.Queue[int] = asyncio.Queue(maxsize=1)

    async def produce(start: int) -> None:
        for number in range(start, start + 5):
            await items.put(number)

    async def work() -> None:
        while True:
            item = await items.get()
            await asyncio.sleep(0.01 if item % 3 else 0)
            await results.put(item * item)
            items.task_done()

    async def collect() -> list[int]:
        return sorted([await results.get() for _ in range(10)])

    async with asyncio.TaskGroup() as tasks:
        workers = [tasks.create_task(work()) for _ in range(3)]
        collecting = tasks.create_task(collect())
        tasks.create_task(produce(0))
        tasks.create_task(produce(5))
        squares = await collecting
        await items.join()
        for worker in workers:
            worker.cancel()
    assert squares == [number * number for number in range(10)]
