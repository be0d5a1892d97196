"""Tasks in the background are kept, and waited for at the end."""

from __future__ import annotations

import asyncio
from typing import Any


class Background:
    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, number: int) -> None:
        task = asyncio.create_task(asyncio.sleep(0.01, number))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        await asyncio.gather(*self._tasks)


async def program(url: str) -> None:
    background = Background()
    for number in range(3):
        background.start(number)
    await background.close()
