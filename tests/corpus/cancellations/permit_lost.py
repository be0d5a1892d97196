"""A permit is given back after the answer, and not if none comes."""

from __future__ import annotations

import asyncio


class Client:
    def __init__(self) -> None:
        self._permits = asyncio.Semaphore(4)

    async def _ask(self) -> str:
        await asyncio.sleep(0.5)
        return "answer"

    async def ask_carelessly(self) -> str:
        await self._permits.acquire()
        answer = await self._ask()
        self._permits.release()
        return answer

    async def ask(self) -> str:
        await self._permits.acquire()
        try:
            return await self._ask()
        finally:
            self._permits.release()


async def faulty() -> None:
    await Client().ask_carelessly()


async def clean() -> None:
    await Client().ask()
