"""An item is reported as done before it is."""

from __future__ import annotations

import asyncio


async def _process(queue: asyncio.Queue[int], done: list[int], *, is_careless: bool) -> None:
    while True:
        item = await queue.get()
        if is_careless:
            queue.task_done()
        await asyncio.sleep(0)
        done.append(item)
        if not is_careless:
            queue.task_done()


async def _run(*, is_careless: bool) -> None:
    queue: asyncio.Queue[int] = asyncio.Queue()
    done: list[int] = []
    worker = asyncio.create_task(_process(queue, done, is_careless=is_careless))
    queue.put_nowait(1)
    await queue.join()
    await asyncio.sleep(0)
    assert done == [1]
    worker.cancel()


async def faulty() -> None:
    await _run(is_careless=True)


async def clean() -> None:
    await _run(is_careless=False)
