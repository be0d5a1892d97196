"""A signal is given before anybody has begun to wait for it."""

from __future__ import annotations

import asyncio


class Mailbox:
    def __init__(self) -> None:
        self.letter: str | None = None
        self._arrival: asyncio.Future[None] | None = None

    async def receive_carelessly(self) -> str | None:
        if self.letter is None:
            await asyncio.sleep(0)
            self._arrival = asyncio.get_running_loop().create_future()
            await self._arrival
        return self.letter

    async def receive(self) -> str | None:
        await asyncio.sleep(0)
        if self.letter is None:
            self._arrival = asyncio.get_running_loop().create_future()
            await self._arrival
        return self.letter

    async def deliver(self, letter: str) -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        self.letter = letter
        if self._arrival is not None:
            self._arrival.set_result(None)


async def faulty() -> None:
    mailbox = Mailbox()
    await asyncio.gather(mailbox.receive_carelessly(), mailbox.deliver("hello"))


async def clean() -> None:
    mailbox = Mailbox()
    await asyncio.gather(mailbox.receive(), mailbox.deliver("hello"))
