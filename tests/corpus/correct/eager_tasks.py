"""Tasks that begin at once, where Python has them."""

from __future__ import annotations

import asyncio


async def program(url: str) -> None:
    factory = getattr(asyncio, "eager_task_factory", None)
    if factory is None:
        return
    loop = asyncio.get_running_loop()
    loop.set_task_factory(factory)
    try:
        assert await asyncio.gather(*(asyncio.sleep(0, n) for n in range(3))) == [0, 1, 2]
        async with asyncio.TaskGroup() as group:
            task = group.create_task(asyncio.sleep(0.01, 5))
        assert task.result() == 5
    finally:
        loop.set_task_factory(None)
