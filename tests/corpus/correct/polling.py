"""A poller is stopped in the middle of its pause."""

from __future__ import annotations

import asyncio


class Poller:
    def __init__(self, interval: float) -> None:
        self.interval = interval
        self.rounds = 0
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        while not self._stopping.is_set():
            self.rounds += 1
            try:
                await asyncio.wait_for(self._stopping.wait(), self.interval)
            except TimeoutError:
                continue

    def stop(self) -> None:
        self._stopping.set()


async def program(url: str) -> None:
    poller = Poller(0.01)
    async with asyncio.TaskGroup() as group:
        group.create_task(poller.run())
        await asyncio.sleep(0.025)
        poller.stop()
    assert poller.rounds >= 1
