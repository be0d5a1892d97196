"""Workers take from a queue until it is empty, then they are stopped."""

from __future__ import annotations

import asyncio


async def program(url: str) -> None:
    jobs: asyncio.Queue[int] = asyncio.Queue(maxsize=2)
    results: list[int] = []

    async def work() -> None:
        while True:
            job = await jobs.get()
            try:
                await asyncio.sleep(0.01)
                results.append(job * job)
            finally:
                jobs.task_done()

    workers = [asyncio.create_task(work()) for _ in range(3)]
    try:
        for number in range(6):
            await jobs.put(number)
        await jobs.join()
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    assert sorted(results) == [0, 1, 4, 9, 16, 25]
