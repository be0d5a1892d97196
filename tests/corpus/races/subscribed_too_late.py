"""A subscriber takes what was published so far, and misses what comes before it subscribes."""

from __future__ import annotations

import asyncio


class Topic:
    def __init__(self) -> None:
        self._history: list[int] = []
        self._subscribers: list[list[int]] = []

    def publish(self, message: int) -> None:
        self._history.append(message)
        for inbox in self._subscribers:
            inbox.append(message)

    async def subscribe_carelessly(self) -> list[int]:
        inbox = list(self._history)
        await asyncio.sleep(0)
        self._subscribers.append(inbox)
        return inbox

    async def subscribe(self) -> list[int]:
        await asyncio.sleep(0)
        inbox = list(self._history)
        self._subscribers.append(inbox)
        return inbox


async def _inbox(*, is_careless: bool) -> list[int]:
    topic = Topic()

    async def publish() -> None:
        for message in range(3):
            topic.publish(message)
            for _ in range(4):
                await asyncio.sleep(0)

    async def subscribe() -> list[int]:
        await asyncio.sleep(0)
        return await (topic.subscribe_carelessly() if is_careless else topic.subscribe())

    _, inbox = await asyncio.gather(publish(), subscribe())
    return inbox


async def faulty() -> None:
    assert await _inbox(is_careless=True) == [0, 1, 2]


async def clean() -> None:
    assert await _inbox(is_careless=False) == [0, 1, 2]
